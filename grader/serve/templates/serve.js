// The keyboard: single keys, never while somebody types; they can be switched off in View.
"use strict";
const typing = (where) => where.closest("input, textarea, select, [contenteditable]") !== null;

function goTo(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

function intoForm(selector) {
  const form =
    document.querySelector("#decide") ??
    document.querySelector(".decide[open]") ??
    document.querySelector(".decide:has(" + selector + ")");
  const field = form?.querySelector(selector);
  if (!field) return false;
  if (form.tagName === "DETAILS") form.open = true;
  field.focus();
  field.select?.();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    const first = form?.querySelector(".buttons button");
    if (first) first.click();
    return;
  }
  if (document.body.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "j" || event.key === "k") goTo(`[data-key="${event.key}"]`);
  else if (/^[1-9]$/.test(event.key)) {
    const form = document.querySelector("#decide") ?? document.querySelector(".decide[open]");
    form?.querySelector(`.rubric [data-key="${event.key}"]`)?.click();
  } else if (event.key === "q") window.location.assign("/queue");
  else if (event.key === "p" && intoForm('[name="points"]')) event.preventDefault();
  else if (event.key === "c" && intoForm("textarea")) event.preventDefault();
});
