/**
 * What the page does in the browser: search, filter and turn the pages of its lists. It is inlined as
 * text, so it stands alone: nothing from outside the function may be used.
 */
export function behaviour(): void {
  const size = 100;
  for (const list of document.querySelectorAll<HTMLElement>("[data-list]")) {
    const rows = JSON.parse(
      document.querySelector(`#${list.dataset["list"]}-data`)!.textContent,
    ) as string[][];
    const folded = rows.map((row) => row.join("\u0001").toLowerCase());
    const find = list.querySelector<HTMLInputElement>("[name=text]")!;
    const filter = list.querySelector<HTMLSelectElement>("[name=filter]")!;
    const told = list.querySelector("output")!;
    const body = list.querySelector("tbody")!;
    const back = list.querySelector<HTMLButtonElement>("[name=back]")!;
    const on = list.querySelector<HTMLButtonElement>("[name=on]")!;
    let found: number[] = [];
    let page = 0;

    const show = (): void => {
      const first = page * size;
      body.replaceChildren(
        ...found.slice(first, first + size).map((index) => {
          const line = document.createElement("tr");
          rows[index]!.forEach((value, column) => {
            const cell = document.createElement(column === 0 ? "th" : "td");
            if (column === 0) cell.setAttribute("scope", "row");
            cell.textContent = value;
            line.append(cell);
          });
          return line;
        }),
      );
      const last = Math.min(first + size, found.length);
      told.textContent =
        found.length === 0
          ? "nothing found"
          : `${first + 1}–${last} of ${found.length.toLocaleString("en-US")}`;
      back.disabled = page === 0;
      on.disabled = last >= found.length;
    };

    const search = (): void => {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      found = [];
      for (let i = 0; i < rows.length; i++) {
        if (filter.value !== "" && rows[i]![0] !== filter.value) continue;
        if (words.every((word) => folded[i]!.includes(word))) found.push(i);
      }
      page = 0;
      show();
    };

    for (const kind of new Set(rows.map((row) => row[0]!))) {
      const option = document.createElement("option");
      option.textContent = kind;
      filter.append(option);
    }
    list.querySelector("form")!.addEventListener("submit", (event) => event.preventDefault());
    find.addEventListener("input", search);
    filter.addEventListener("change", search);
    back.addEventListener("click", () => {
      page--;
      show();
    });
    on.addEventListener("click", () => {
      page++;
      show();
    });
    list.hidden = false;
    search();
  }
}
