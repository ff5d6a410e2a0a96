import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { neutral } from "./cells.js";

/**
 * Writes rows as UTF-8 CSV with a byte order mark, so that spreadsheets read every script rightly;
 * formulas are neutralized. The file appears whole or not at all.
 */
export async function writeCsv(
  file: string,
  header: readonly string[],
  rows: Iterable<readonly (string | number | null)[]>,
): Promise<void> {
  const draft = `${file}.part`;
  const cells = function* (): Generator<string[]> {
    for (const row of rows) yield row.map((value) => (value === null ? "" : neutral(String(value))));
  };
  await pipeline(
    Readable.from(cells()),
    stringify({ bom: true, header: true, columns: [...header], record_delimiter: "windows" }),
    createWriteStream(draft),
  );
  await rename(draft, file);
}
