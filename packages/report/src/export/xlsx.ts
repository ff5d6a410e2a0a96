import { rename } from "node:fs/promises";
import writeWorkbook from "write-excel-file/node";
import type { ExceptionOf } from "../evidence.js";
import { exceptionColumns, neutral, printable } from "./cells.js";

/** A workbook is built in memory, so it is bounded; the CSV has all rows. */
const sheetRows = 100_000;

/** Writes the exception list as a workbook: every cell is text, the header stays in sight. */
export async function writeExceptionWorkbook(file: string, exceptions: Iterable<ExceptionOf>): Promise<void> {
  const bold = { fontWeight: "bold" } as const;
  const rows: { value: string; type: typeof String }[][] = [
    exceptionColumns.map(([, title]) => ({ value: title, type: String, ...bold })),
  ];
  for (const exception of exceptions) {
    if (rows.length > sheetRows) {
      rows.push([{ value: `More than ${sheetRows} exceptions: exceptions.csv has them all.`, type: String }]);
      break;
    }
    rows.push(
      exceptionColumns.map(([name]) => {
        const value = exception[name];
        return { value: value === null ? "" : cellText(String(value)), type: String };
      }),
    );
  }
  const draft = `${file}.part`;
  await writeWorkbook(rows, {
    sheet: "Exceptions",
    stickyRowsCount: 1,
    columns: exceptionColumns.map(() => ({ width: 24 })),
  }).toFile(draft);
  await rename(draft, file);
}

/** A cell holds 32,767 characters at most. */
const cellText = (value: string): string => printable(neutral(value)).slice(0, 32_767);
