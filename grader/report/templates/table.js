"use strict";
// Sorting, filtering, renewing and a hint where a table scrolls; without this script the page is complete all the same.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort ?? cell.textContent.trim().replace("−", "-");
    const number = parseFloat(text);
    return Number.isNaN(number) || column === 0 ? text.toLowerCase() : number;
  };
  const compare = (a, b) =>
    typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? 1 : -1;
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") !== "descending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const body = table.tBodies[0];
      const rows = [...body.rows].map((row) => [value(row, column), row]);
      rows.sort((a, b) => (falling ? compare(b[0], a[0]) : compare(a[0], b[0])));
      body.append(...rows.map((pair) => pair[1]));
    });
  });
}

const filter = document.getElementById("filter");
if (filter) {
  const rows = [...document.getElementById("scores").tBodies[0].rows];
  const said = document.querySelector("output[for=filter]");
  const everyone = JSON.parse(document.getElementById("everyone")?.textContent ?? "[]");
  const here = location.pathname.split("/").pop();
  const elsewhere = document.getElementById("elsewhere");
  const look = (wanted) => {
    const found = [];
    for (const [href, names] of everyone) {
      if (href === here || wanted === "") continue;
      for (const name of names) {
        if (found.length < 20 && name.toLowerCase().includes(wanted)) found.push([href, name]);
      }
    }
    const links = found.map(([href, name]) => {
      const link = document.createElement("a");
      link.href = `${href}#find=${encodeURIComponent(name)}`;
      link.textContent = name;
      return link;
    });
    elsewhere.hidden = links.length === 0;
    elsewhere.querySelector("span").replaceChildren(...links.flatMap((link) => [link, " "]));
  };
  const texts = rows.map((row) => `${row.textContent} ${row.dataset.find ?? ""}`.toLowerCase());
  const apply = () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = wanted !== "" && !texts[at].includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    said.textContent = wanted
      ? said.dataset.text.replace("{shown}", shown).replace("{all}", rows.length)
      : "";
    look(wanted);
  };
  filter.closest("p").hidden = false;
  filter.addEventListener("input", apply);
  if (location.hash.startsWith("#find=")) {
    filter.value = decodeURIComponent(location.hash.slice(6));
    apply();
  }
}

// Say so where a table is wider than the page.
const hint = document.querySelector("[data-scrolls]")?.dataset.scrolls;
const measure = () => {
  for (const box of document.querySelectorAll(".scroll")) {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const said = box.previousElementSibling?.classList.contains("scrolls");
    if (wide && !said) {
      const line = document.createElement("p");
      line.className = "scrolls small";
      line.textContent = hint;
      box.before(line);
    } else if (!wide && said) {
      box.previousElementSibling.remove();
    }
  }
};
if (hint) {
  measure();
  addEventListener("resize", measure);
}

const refresh = document.getElementById("refresh");
if (refresh) {
  refresh.closest("label").hidden = false;
  refresh.checked = location.hash !== "#stay";
  refresh.addEventListener("change", () => {
    history.replaceState(null, "", refresh.checked ? "#" : "#stay");
  });
  setInterval(() => {
    if (refresh.checked && !(filter && filter.value)) location.reload();
  }, 5000);
}
