import type { Column, ExtractSpec, ReadOptions, SourceValue } from "@cutover/model";
import { BatchBuilder } from "../files/batches.js";
import { plainDecimal, wholeNumber } from "../files/decimal.js";
import { readBytes } from "../files/folder.js";
import { textColumn, type FileBatch, type FileExtract, type FileFormat } from "../files/format.js";
import { findEncoding, readText, type KnownEncoding } from "../files/text.js";
import { JsonError, JsonNumber, jsonText, parseJson, type Json, type JsonObject } from "./json.js";
import { linesOf } from "./lines.js";
import { pathsOf, valueAt } from "./path.js";

const encodingOf = async ({ file, options }: FileExtract, signal?: AbortSignal): Promise<KnownEncoding> => {
  if (options.encoding !== "auto") return options.encoding;
  // JSON is UTF-8 or UTF-16; damaged bytes are rejected with their lines, never read as another encoding.
  const found = await findEncoding(file, signal);
  return found === "windows-1252" ? "utf-8" : found;
};

/** A JSON value as a source value: whole numbers exact, other numbers as text, structures as JSON text. */
function sourceValue(value: Json): SourceValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof JsonNumber) return wholeNumber(value.text) ?? plainDecimal(value.text);
  return jsonText(value);
}

/** The document of a line, or why it is none. */
function parseLine(text: string): JsonObject | string {
  try {
    const value = parseJson(text);
    return value instanceof Map ? (value as JsonObject) : "the line is not a JSON object";
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
}

const paths = (extract: ExtractSpec, headers: Readonly<Record<string, readonly string[]>>) =>
  extract.columns.map(({ name }) => pathsOf(headers[name] === undefined ? [name] : [...headers[name], name]));

async function* read(from: FileExtract, { batchSize, signal }: ReadOptions): AsyncGenerator<FileBatch> {
  const { file, extract, options } = from;
  const batches = new BatchBuilder(batchSize);
  const wanted = paths(extract, options.headers);
  const text = readText(file, await encodingOf(from, signal), signal);
  for await (const line of linesOf(text, options.maxRecord)) {
    const reject = (code: "malformed-row" | "bad-encoding", note: string) =>
      batches.reject({ at: line.at, code, note });
    if (line.text === null)
      reject("malformed-row", `the line is longer than ${options.maxRecord} characters`);
    else if (line.suspect && !line.text.isWellFormed()) {
      reject("bad-encoding", "the bytes are not text in the file's encoding");
    } else {
      const document = parseLine(line.text);
      if (typeof document === "string") reject("malformed-row", document);
      else
        batches.row(
          wanted.map((path) => sourceValue(valueAt(document, path))),
          line.at,
        );
    }
    batches.passed(line.text?.length ?? 0);
    yield* batches.full();
  }
  yield* batches.rest();
}

/** Names found in the first documents, nested ones dotted; declared columns under their declared names. */
async function columns(from: FileExtract): Promise<readonly Column[]> {
  const { extract, options } = from;
  const wanted = paths(extract, options.headers);
  const declared = new Set<string>();
  const others = new Set<string>();
  let documents = 0;
  for await (const line of linesOf(readText(from.file, await encodingOf(from)), options.maxRecord)) {
    const document = line.text === null ? "" : parseLine(line.text);
    if (typeof document !== "string") {
      extract.columns.forEach(({ name }, i) => {
        if (valueAt(document, wanted[i]!) !== null) declared.add(name);
      });
      for (const name of document.keys()) others.add(name);
    }
    if (++documents === 1000) break;
  }
  const found = [...declared];
  const covered = new Set(found.flatMap((name) => [name, name.split(".")[0]!]));
  return [...found, ...[...others].filter((name) => !covered.has(name))].map(textColumn);
}

/** Counts lines that are not blank, byte by byte where the encoding allows it. */
async function count(from: FileExtract): Promise<number> {
  const encoding = await encodingOf(from);
  let records = 0;
  if (encoding !== "utf-8") {
    for await (const _ of linesOf(readText(from.file, encoding), from.options.maxRecord)) records++;
    return records;
  }
  let blank = true;
  let start = true;
  for await (const bytes of readBytes(from.file)) {
    const skip = start && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    start = false;
    for (let i = skip; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === 10) {
        if (!blank) records++;
        blank = true;
      } else if (byte !== 32 && (byte < 9 || byte > 13)) blank = false;
    }
  }
  return blank ? records : records + 1;
}

/** One JSON object a line: xAPI statements and other exports of documents. */
export const ndjsonFormat: FileFormat = { columns, read, count };
