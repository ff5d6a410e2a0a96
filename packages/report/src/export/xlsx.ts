import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ExceptionOf } from "../evidence.js";
import { exceptionColumns, neutral, printable } from "./cells.js";
import type { Written } from "./csv.js";
import { wholeFile } from "./whole.js";

/** A workbook is built in memory, so it is bounded; the CSV has all rows. */
export const workbookRows = 50_000;

/** Characters that the workbook's writer would leave out without a word. */
const unwritable = /[\u007F-\u0084\u0086-\u009F\uFFFD]|\p{Noncharacter_Code_Point}/gu;

/**
 * What a workbook cannot hold is shown as a box. A cell holds 32,767 characters at most; a cut never leaves half a character. A workbook reads
 * `_x0041_` as the character of that number: where a value really says so, its first sign is written by number.
 */
const cellText = (value: string): string =>
  printable(neutral(value).slice(0, 32_767))
    .replace(unwritable, "□")
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_");

const widths: Readonly<Partial<Record<keyof ExceptionOf, number>>> = {
  kind: 11,
  entity: 13,
  at: 9,
  what: 42,
  note: 48,
  settled: 36,
};

interface Cell {
  readonly value: string;
  readonly type: typeof String;
  readonly fontWeight?: "bold";
}

/**
 * Writes the exception list as a workbook: every cell is text, the header stays in sight. `total` is how
 * many exceptions there are, which may be more than a workbook is given.
 */
export async function writeExceptionWorkbook(
  file: string,
  exceptions: readonly ExceptionOf[],
  total: number,
): Promise<Written> {
  const shown = exceptions.slice(0, workbookRows);
  const rows: Cell[][] = [
    exceptionColumns.map(([, title]) => ({ value: title, type: String, fontWeight: "bold" })),
    ...shown.map((exception) =>
      exceptionColumns.map(([name]): Cell => {
        const value = exception[name];
        return { value: value === null ? "" : cellText(String(value)), type: String };
      }),
    ),
  ];
  if (total > shown.length) {
    const told = `These are ${shown.length} of ${total} exceptions; exceptions.csv has all of them.`;
    rows.push([{ value: told, type: String }]);
  }
  // Loaded only now: most commands write no workbook.
  const { default: writeWorkbook } = await import("write-excel-file/node");
  const workbook = writeWorkbook(rows, {
    sheet: "Exceptions",
    stickyRowsCount: 1,
    columns: exceptionColumns.map(([name]) => ({ width: widths[name] ?? 20 })),
  });
  await wholeFile(file, (draft) => workbook.toFile(draft));
  const bytes = await readFile(file);
  return {
    rows: shown.length,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
