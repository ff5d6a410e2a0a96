/**
 * What the page does in the browser: unpack its lists, search, filter and turn their pages, and lay all
 * open on paper. It is text, not a function, because what a build makes of a function need not stand alone in a browser.
 */
export const behaviour = String.raw`
"use strict";
const onScreen = 25;
const onPaper = 200;
const figure = (n) => n.toLocaleString("en-US");

const unpack = (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
};

// Written with or without accents and capitals, a name is found.
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

const lists = [...document.querySelectorAll("[data-list]")].map((list) => {
  const named = (name) => list.querySelector("[name=" + name + "]");
  const find = named("text");
  const told = list.querySelector("output");
  const body = list.querySelector("tbody");
  const selects = [...list.querySelectorAll("select")];
  const columns = [...list.querySelectorAll("thead th")].map((head) => ({
    title: head.textContent,
    form: head.className,
    tag: head.dataset.tag !== undefined,
    parts: head.dataset.parts.split(" ").map(Number),
  }));
  const count = Number(list.dataset.count);
  let lines = null;
  let folded = [];
  let chosen = [];
  let found = [];
  let page = 0;

  const cellOf = (column, row, index) => {
    const cell = document.createElement(index === 0 ? "th" : "td");
    if (index === 0) cell.scope = "row";
    cell.setAttribute("role", index === 0 ? "rowheader" : "cell");
    cell.className = column.form + (column.parts.some((part) => row[part]) ? "" : " none");
    cell.dataset.title = column.title;
    const room = cell.appendChild(document.createElement("div"));
    if (column.parts.every((part) => !row[part])) room.append("—");
    column.parts.forEach((part, i) => {
      const text = row[part] || "";
      if (text === "") return;
      if (i === 0 && !column.tag) return room.append(text);
      const piece = room.appendChild(document.createElement("span"));
      piece.className = i > 0 ? "block" : "tag " + text.replaceAll(" ", "-");
      piece.textContent = text;
    });
    return cell;
  };

  const fill = (first, last) =>
    body.replaceChildren(
      ...found.slice(first, last).map((index) => {
        const line = document.createElement("tr");
        line.setAttribute("role", "row");
        const row = lines[index].split("\t");
        line.append(...columns.map((column, i) => cellOf(column, row, i)));
        return line;
      }),
    );

  const show = () => {
    const first = page * onScreen;
    const last = Math.min(first + onScreen, found.length);
    fill(first, last);
    told.textContent = found.length === 0 ? "Nothing found" : figure(first + 1) + "–" + figure(last) + " of " + figure(found.length);
    // A button that cannot be pressed keeps the focus: who turns pages by keyboard stays where they are.
    for (const name of ["first", "previous"]) named(name).setAttribute("aria-disabled", page === 0);
    for (const name of ["next", "last"]) named(name).setAttribute("aria-disabled", last >= found.length);
  };

  const search = () => {
    const words = fold(find.value).split(/\s+/).filter(Boolean);
    const asked = selects.map((select, i) => [chosen[i], select.value]).filter(([, value]) => value !== "");
    found = [];
    for (let i = 0; i < lines.length; i++) {
      if (asked.every(([values, value]) => values[i] === value) && words.every((word) => folded[i].includes(word))) found.push(i);
    }
    page = 0;
    show();
  };

  const turn = (name, to) =>
    named(name).addEventListener("click", () => {
      const last = Math.max(0, Math.ceil(found.length / onScreen) - 1);
      const next = Math.min(last, Math.max(0, to(last)));
      if (next === page) return;
      page = next;
      show();
    });

  let begun = null;
  const open = () => (begun ??= begin());
  const begin = async () => {
    told.textContent = "Unpacking " + figure(count) + "…";
    let text;
    try {
      text = await unpack(document.getElementById(list.dataset.list + "-data").textContent);
    } catch {
      told.textContent = "This browser cannot unpack the list: see " + list.dataset.file + ".";
      return;
    }
    lines = text.split("\n");
    lines.pop();
    folded = fold(text).split("\n");
    const known = new Map();
    chosen = selects.map((select) => {
      const part = Number(select.dataset.part);
      return lines.map((line) => {
        const value = line.split("\t", part + 1)[part];
        if (!known.has(value)) known.set(value, value);
        return known.get(value);
      });
    });
    selects.forEach((select, i) => {
      for (const value of [...new Set(chosen[i])].filter(Boolean)) select.append(new Option(value));
      select.addEventListener("change", search);
    });
    find.addEventListener("input", search);
    turn("first", () => 0);
    turn("previous", () => page - 1);
    turn("next", () => page + 1);
    turn("last", (last) => last);
    list.querySelector(".pages").hidden = false;
    search();
  };

  const form = list.querySelector("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  list.addEventListener("focusin", open);
  // What is small is unpacked at once, so that it can be printed; what is large when it comes near.
  if (count <= 30000) open();
  else new IntersectionObserver((entries, watch) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    open();
  }, { rootMargin: "800px" }).observe(list);

  return {
    print: () => {
      if (lines === null) return;
      const last = Math.min(found.length, onPaper);
      fill(0, last);
      told.textContent = figure(last) + " of " + figure(found.length) + " are printed";
    },
    restore: () => lines !== null && show(),
  };
});

// On paper everything is open.
const folds = [...document.querySelectorAll("details")];
let closed = [];
addEventListener("beforeprint", () => {
  closed = folds.filter((fold) => !fold.open);
  for (const fold of closed) fold.open = true;
  for (const list of lists) list.print();
});
addEventListener("afterprint", () => {
  for (const fold of closed) fold.open = false;
  for (const list of lists) list.restore();
});

// A link to a section finds it open; a table that does not scroll needs no stop of the tab key.
const regions = [...document.querySelectorAll(".scroll")];
const measure = () => {
  for (const region of regions) {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
};
addEventListener("resize", measure);
for (const fold of folds) fold.addEventListener("toggle", measure);
measure();
`;
