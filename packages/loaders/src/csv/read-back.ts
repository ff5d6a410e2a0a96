import { createReadStream } from "node:fs";
import { CutoverError, type TableSpec } from "@cutover/model";
import { parse } from "csv-parse";
import iconv from "iconv-lite";
import type { CsvOptions } from "./options.js";
import { canBeFormula, restored, type Stored } from "./values.js";

const headerKey = (name: string): string => name.replaceAll(/[\s\uFEFF]+/gu, "").toLowerCase();

async function* records(path: string, options: CsvOptions): AsyncGenerator<string[]> {
  const decoder = iconv.decodeStream(options.encoding, { stripBOM: true });
  const parser = parse({
    delimiter: options.delimiter,
    quote: options.quote,
    escape: options.quote,
    record_delimiter:
      options.recordEnd === null
        ? ["\r\n", "\n"]
        : ["\r\n", "\n"].map((lineEnd) => `${options.recordEnd}${lineEnd}`),
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const source = createReadStream(path);
  source.on("error", (error) => parser.destroy(error));
  source.pipe(decoder).pipe(parser);
  try {
    for await (const record of parser) yield record as string[];
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** The columns of a file that is there already, under their declared names where they are known. */
export async function fileColumns(
  path: string,
  table: TableSpec,
  options: CsvOptions,
): Promise<readonly string[]> {
  const declared = new Map(options.names.map((name, i) => [headerKey(name), table.columns[i]!.name]));
  for await (const first of records(path, options)) {
    if (!options.header) return table.columns.slice(0, first.length).map((column) => column.name);
    return first.map((name) => declared.get(headerKey(name)) ?? name);
  }
  return [];
}

/** The records of a file that is there already, in the order of the declared columns. */
export async function* fileRecords(
  path: string,
  table: TableSpec,
  options: CsvOptions,
): AsyncGenerator<readonly Stored[]> {
  const real = await fileColumns(path, table, options);
  const places = table.columns.map((column) => real.indexOf(column.name));
  if (places.includes(-1) || real.length !== table.columns.length) {
    throw new CutoverError("target-schema", `the file ${options.file} has other columns than declared`, {
      stage: "load",
      remedy: "Move the file away, or declare its columns.",
    });
  }
  const guarded = table.columns.map((column) => options.neutralize && canBeFormula(column));
  let first = options.header;
  let line = 0;
  for await (const record of records(path, options)) {
    line++;
    if (first) {
      first = false;
      continue;
    }
    if (record.length !== real.length) {
      throw new CutoverError("target-schema", `record ${line} of ${options.file} is not well-formed`, {
        stage: "load",
      });
    }
    yield places.map((place, i) => {
      const value = record[place]!;
      return value === "" ? null : guarded[i]! ? restored(value) : value;
    });
  }
}
