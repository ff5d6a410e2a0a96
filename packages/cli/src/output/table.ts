import { cut, pageWidth, safe, width, wrap } from "./text.js";

const gap = 2;
/** Below this no column of text is narrowed. */
const narrow = 10;
/** Words up to this length are broken only where nothing else helps. */
const longWord = 32;

export interface TableOptions {
  /** Columns of the page. */
  readonly page?: number;
  /** Lines a cell may have. */
  readonly lines?: number;
}

/** Narrows the widest columns until all fit the page, or each is at its least. */
function narrowed(natural: readonly number[], least: readonly number[], page: number): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, n) => sum + n, gap * (widths.length - 1)) - page;
  while (over > 0) {
    const loose = widths.flatMap((n, i) => (n > least[i]! ? [i] : []));
    if (loose.length === 0) break;
    const widest = Math.max(...loose.map((i) => widths[i]!));
    for (const i of loose) {
      if (over <= 0 || widths[i] !== widest) continue;
      widths[i] = widest - 1;
      over -= 1;
    }
  }
  return widths;
}

/** The widths columns get: words are broken only where the page is too narrow for breaks between them. */
function fit(
  cells: readonly (readonly string[])[],
  fixed: readonly boolean[],
  page: number,
): readonly number[] {
  const widest = (of: (cell: string) => number): readonly number[] =>
    fixed.map((_, i) => cells.reduce((most, row) => Math.max(most, of(row[i] ?? "")), 1));
  const natural = widest(width);
  const words = widest((cell) => Math.max(...cell.split(" ").map(width)));
  const gentle = natural.map((n, i) =>
    fixed[i] ? n : Math.min(n, Math.max(narrow, Math.min(words[i]!, longWord))),
  );
  const hard = natural.map((n, i) => (fixed[i] ? n : Math.min(n, narrow)));
  return narrowed(narrowed(natural, gentle, page), hard, page);
}

/** Rows as aligned columns that fit the page; numbers (given as numbers) stand right, long texts are wrapped. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  { page = pageWidth(), lines: most = 3 }: TableOptions = {},
): string {
  const cells = rows.map((row) =>
    row.map((value) => (typeof value === "number" ? value.toLocaleString("en-US") : safe(value ?? ""))),
  );
  const right = header.map(
    (_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === "number" || row[i] === null),
  );
  const widths = fit([header, ...cells], right, page);

  const line = (row: readonly string[]): string =>
    row
      .map((value, i) => {
        const fill = " ".repeat(Math.max(0, widths[i]! - width(value)));
        return right[i] ? fill + value : value + fill;
      })
      .join(" ".repeat(gap))
      .trimEnd();
  const wrapped = (row: readonly string[]): readonly string[] => {
    const parts = row.map((value, i) => {
      const all = wrap(value, widths[i]!);
      if (all.length <= most) return all;
      return [...all.slice(0, most - 1), cut(all.slice(most - 1).join(" "), widths[i]!)];
    });
    const height = Math.max(1, ...parts.map((part) => part.length));
    return Array.from({ length: height }, (_, n) => line(parts.map((part) => part[n] ?? "")));
  };
  return [...wrapped(header), line(widths.map((n) => "─".repeat(n))), ...cells.flatMap(wrapped)].join("\n");
}
