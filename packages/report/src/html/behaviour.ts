/**
 * What the page does in the browser: search, filter and turn the pages of its lists. It is text, not a
 * function, because what a build makes of a function need not stand alone in a browser.
 */
export const behaviour = String.raw`
"use strict";
const size = 25;
for (const list of document.querySelectorAll("[data-list]")) {
  const rows = JSON.parse(document.getElementById(list.dataset.list + "-data").textContent);
  const folded = rows.map((row) => row.join("\u0001").toLowerCase());
  const [find, filter, back, on] = ["text", "filter", "back", "on"].map((name) => list.querySelector("[name=" + name + "]"));
  const told = list.querySelector("output");
  const body = list.querySelector("tbody");
  let found = [];
  let page = 0;

  const show = () => {
    const first = page * size;
    const last = Math.min(first + size, found.length);
    body.replaceChildren(
      ...found.slice(first, last).map((index) => {
        const line = document.createElement("tr");
        rows[index].forEach((value, column) => {
          const cell = document.createElement(column === 0 ? "th" : "td");
          if (column === 0) cell.scope = "row";
          cell.textContent = value;
          line.append(cell);
        });
        return line;
      }),
    );
    told.textContent = found.length === 0 ? "nothing found" : first + 1 + "–" + last + " of " + found.length.toLocaleString("en-US");
    back.disabled = page === 0;
    on.disabled = last >= found.length;
  };

  const search = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = [];
    rows.forEach((row, i) => {
      if ((filter.value === "" || row[0] === filter.value) && words.every((word) => folded[i].includes(word))) found.push(i);
    });
    page = 0;
    show();
  };

  for (const kind of new Set(rows.map((row) => row[0]))) filter.append(new Option(kind));
  list.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("input", search);
  filter.addEventListener("change", search);
  back.addEventListener("click", () => { page--; show(); });
  on.addEventListener("click", () => { page++; show(); });
  list.hidden = false;
  search();
}
`;
