import { CsvError, parse } from "csv-parse";
import type { SourceFile } from "../files/folder.js";
import { readText } from "../files/text.js";
import { unclosed, type CsvFile } from "./open.js";
import { CsvTokenizer } from "./tokenizer.js";

/** csv-parse makes an error, with its stack, of each record that is not as long as the first, even where it is told to accept it. */
const maxUneven = 10_000;

/**
 * Counts a file's records, header included. csv-parse counts what it understands as we do; a file with
 * escapes or marks of its own, one that it refuses, or one of nothing but uneven records, is counted by a
 * pass of the tokenizer.
 */
export async function countRecords(file: SourceFile, opened: CsvFile): Promise<number> {
  const { backslash, recordEnd } = opened.dialect;
  if (backslash || recordEnd !== null) return countByTokenizer(file, opened);
  return (await countByParser(file, opened)) ?? countByTokenizer(file, opened);
}

async function countByParser(file: SourceFile, { encoding, dialect }: CsvFile): Promise<number | null> {
  const parser = parse({
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    escape: dialect.quote,
    record_delimiter: dialect.loneCr ? ["\r\n", "\n", "\r"] : ["\r\n", "\n"],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: dialect.maxRecord,
  });
  let records = 0;
  const counted = new Promise<void>((resolve, reject) => {
    parser.on("readable", () => {
      while (parser.read() !== null) records++;
    });
    parser.on("end", resolve);
    parser.on("error", reject);
  });
  // The failure is looked at below; here it only must not count as unhandled.
  counted.catch(() => undefined);
  try {
    for await (const { text } of readText(file, encoding)) {
      // csv-parse takes a quote before a NUL for a closing one.
      if (text.includes("\0")) return null;
      if (parser.destroyed) break;
      if (parser.info.invalid_field_length > maxUneven) return null;
      if (!parser.write(text)) await Promise.race([drained(parser), counted]);
    }
    parser.end();
    await counted;
    return records;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  } finally {
    parser.destroy();
  }
}

const drained = (parser: NodeJS.EventEmitter): Promise<void> =>
  new Promise((resolve) => {
    parser.once("drain", resolve);
  });

async function countByTokenizer(file: SourceFile, { encoding, dialect }: CsvFile): Promise<number> {
  let records = 0;
  const count = () => {
    records++;
  };
  const tokenizer = new CsvTokenizer(dialect, {
    row: count,
    bad: count,
    unclosed: (line) => unclosed(file.name, line),
  });
  for await (const { text, suspect } of readText(file, encoding)) tokenizer.push(text, suspect);
  tokenizer.end();
  return records;
}
