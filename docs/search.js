"use strict";
// Search the sections of all pages, also where the pages are opened from a folder.
(() => {
  const box = document.getElementById("docs-search");
  const field = box.querySelector("input");
  const list = box.querySelector("ol");
  const most = 12;

  const rank = (section, words) => {
    const title = `${section.page} ${section.title}`.toLowerCase();
    const text = section.text.toLowerCase();
    let points = 0;
    for (const word of words) {
      if (title.includes(word)) points += 10;
      else if (text.includes(word)) points += 1;
      else return 0; // every word has to be there
    }
    return points;
  };

  const around = (text, word) => {
    const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return (at > 0 ? "… " : "") + text.slice(at, at + 140) + (text.length > at + 140 ? " …" : "");
  };

  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length === 0 ? [] : window.searchIndex
      .map((section) => [rank(section, words), section])
      .filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0])
      .slice(0, most);
    list.replaceChildren(...found.map(([, section]) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = box.dataset.base + section.address;
      link.textContent = section.title === section.page ? section.page : `${section.page}: ${section.title}`;
      const said = document.createElement("p");
      said.textContent = around(section.text, words[0]);
      line.append(link, said);
      return line;
    }));
    if (words.length > 0 && found.length === 0) {
      const line = document.createElement("li");
      line.textContent = "Nothing found.";
      list.append(line);
    }
  };

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = "";
      show();
    }
  });
})();
