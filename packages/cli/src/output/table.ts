import { stripVTControlCharacters } from "node:util";

/** The columns a text takes on a terminal: wide East Asian characters take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const char of stripVTControlCharacters(text)) {
    if (/\p{Mark}|\p{Cf}/u.test(char)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return columns;
}

/** Text that cannot move the cursor or colour the terminal, whatever a source holds. */
export const safe = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\u00b7");

const cut = (text: string, most: number): string =>
  width(text) <= most ? text : `${[...text].slice(0, most - 1).join("")}…`;

/** Rows as aligned columns; numbers (given as numbers) stand right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  most = 60,
): string {
  const cells = rows.map((row) =>
    row.map((value) => cut(typeof value === "number" ? value.toLocaleString("en-US") : (value ?? ""), most)),
  );
  const right = header.map(
    (_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === "number" || row[i] === null),
  );
  const widths = header.map((title, i) => Math.max(width(title), ...cells.map((row) => width(row[i] ?? ""))));
  const line = (row: readonly string[]): string =>
    row
      .map((value, i) => {
        const fill = " ".repeat(Math.max(0, widths[i]! - width(value)));
        return right[i] ? fill + value : value + fill;
      })
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((n) => "─".repeat(n))), ...cells.map(line)].join("\n");
}
