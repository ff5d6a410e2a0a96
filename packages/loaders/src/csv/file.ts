import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writingFailure, type Column } from "@cutover/model";
import { stringify } from "csv-stringify/sync";
import iconv from "iconv-lite";
import type { CsvOptions } from "./options.js";
import { canBeFormula, neutralized, type Stored } from "./values.js";

/** SHA-256 of a file; null where there is none. Symbolic links are not followed. */
export async function digestOf(path: string): Promise<string | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const hash = createHash("sha256");
    for await (const piece of handle.createReadStream({ autoClose: false })) hash.update(piece as Buffer);
    return hash.digest("hex");
  } finally {
    await handle.close();
  }
}

/** Turns records into the file's text. */
export function writerOf(columns: readonly Column[], options: CsvOptions) {
  const ending = `${options.recordEnd ?? ""}${options.lineEnd}`;
  const guarded = columns.map((column) => options.neutralize && canBeFormula(column));
  const write = (records: readonly (readonly Stored[])[]): string =>
    stringify(records as Stored[][], {
      delimiter: options.delimiter,
      quote: options.quote ?? "",
      record_delimiter: ending,
      // Any line break in a value is quoted, not only the one that ends records.
      quote_record_delimiter: true,
      quoted: options.quoteAll,
      // A line of nothing is no record to most readers.
      quoted_empty: options.quoteAll || (columns.length === 1 && options.quote !== null),
    });
  return {
    header: (): string => (options.header ? write([options.names]) : ""),
    records: (rows: readonly (readonly Stored[])[]): string =>
      write(
        options.neutralize
          ? rows.map((row) =>
              row.map((value, i) => (value !== null && guarded[i]! ? neutralized(value) : value)),
            )
          : rows,
      ),
  };
}

/** The file's bytes, piece by piece. */
function* bytesOf(options: CsvOptions, texts: Iterable<string>): Generator<Buffer> {
  if (options.bom || options.encoding.startsWith("utf-16")) yield iconv.encode("\uFEFF", options.encoding);
  for (const text of texts) yield iconv.encode(text, options.encoding, { addBOM: false });
}

/** The digest that a file of these texts has. */
export function digestOfTexts(options: CsvOptions, texts: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const bytes of bytesOf(options, texts)) hash.update(bytes);
  return hash.digest("hex");
}

/**
 * Writes a file under a temporary name and renames it, so that whoever looks sees the old file or the whole
 * new one. Returns its digest.
 *
 * @throws CutoverError `file-unwritable`
 */
export async function replaceFile(
  path: string,
  options: CsvOptions,
  texts: Iterable<string>,
): Promise<string> {
  try {
    return await replace(path, bytesOf(options, texts));
  } catch (error) {
    throw writingFailure(error, path, "load");
  }
}

async function replace(path: string, pieces: Iterable<Buffer>): Promise<string> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  const handle = await open(temporary, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    for (const bytes of pieces) {
      hash.update(bytes);
      await handle.writeFile(bytes);
    }
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
    await syncFolder(folder);
    return hash.digest("hex");
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Not every platform opens folders; there the rename alone has to do.
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
