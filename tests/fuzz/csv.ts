import { isUtf8 } from "node:buffer";
import type { ExtractSpec } from "@cutover/model";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { mutate, mutations, type Mutation } from "./support/mutate.js";
import { mustHold, readFile, type Read } from "./support/reading.js";
import { samples } from "./support/samples.js";
import { clearError, type Target } from "./support/target.js";
import { hostileTokens, signs } from "./support/tokens.js";

type Options = Readonly<Record<string, unknown>>;

/** A file before anything happens to it, with the columns it has and how it may be declared. */
interface Written {
  readonly content: Buffer;
  readonly columns: readonly string[];
  readonly options: Options;
}

interface CsvInput {
  /** A sample's number, or records of our own. */
  readonly file: number | Made;
  /** Laid over how the file should be declared; mostly it does not fit. */
  readonly options: Options;
  readonly mutations: readonly Mutation[];
}

interface Made {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly encoding: "utf8" | "utf16le";
  readonly lineEnd: string;
  readonly delimiter: string;
}

const real: readonly Written[] = samples(".csv").map((content) => {
  const [header = ""] = content.toString("utf8").split(/[\r\n]/, 1);
  const columns = header
    .replace(/^\uFEFF/, "")
    .replaceAll('"', "")
    .split(",");
  return { content, columns: columns.slice(0, 3), options: { unknown: "ignore" } };
});

const value = fc
  .array(fc.oneof(fc.constantFrom(...hostileTokens, ...signs), fc.string({ unit: "binary", maxLength: 6 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(""));

const made: fc.Arbitrary<Made> = fc.record({
  columns: fc.constantFrom(
    ["a", "b"],
    ["__proto__", "constructor", "toString"],
    ["=1+1", "<b>", "'; DROP TABLE canary; --"],
  ),
  rows: fc.array(fc.array(value, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
  encoding: fc.oneof({ arbitrary: fc.constant("utf8" as const), weight: 4 }, fc.constant("utf16le" as const)),
  lineEnd: fc.constantFrom("\n", "\r\n", "\r", "!##!"),
  delimiter: fc.constantFrom(",", ",", ",", ";", "\t", "|"),
});

const options: fc.Arbitrary<Options> = fc.record(
  {
    delimiter: fc.constantFrom(
      "auto",
      "comma",
      "tab",
      "pipe",
      "semicolon",
      "^",
      "]",
      "-",
      ".",
      " ",
      "\u0000",
    ),
    encoding: fc.constantFrom("auto", "utf-8", "utf-16le", "utf-16be", "windows-1252"),
    quote: fc.constantFrom('"', "none", "'", "^", "]", "-", "|", ","),
    escape: fc.constantFrom("double", "backslash"),
    recordEnd: fc.constantFrom("!##!", "\n", "\r", '"', "aa", "aab", "\\", ","),
    header: fc.boolean(),
    unknown: fc.constantFrom("refuse", "ignore"),
    nullText: fc.constantFrom("NULL", "", "\\N", "a"),
    maxRecord: fc.constantFrom(1, 7, 60, 5000),
  },
  { requiredKeys: [] },
);

function write({ columns, rows, encoding, lineEnd, delimiter }: Made): Written {
  const cell = (text: string): string =>
    text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const text = [columns, ...rows].map((row) => row.map(cell).join(delimiter) + lineEnd).join("");
  const mark = lineEnd === "!##!" ? { recordEnd: lineEnd } : {};
  return { content: Buffer.from(text, encoding), columns, options: mark };
}

/**
 * What csv-parse makes of a file, where it can be asked: it knows no escapes and marks of our kind, and
 * where it refuses a file or takes a quote before a NUL for a closing one, it has nothing to say.
 */
function oracle(content: Buffer, given: Options): readonly (readonly string[])[] | null {
  const known = ["delimiter", "quote", "header", "unknown"];
  if (Object.keys(given).some((name) => !known.includes(name))) return null;
  if (given["delimiter"] !== "comma" || !isUtf8(content) || content.includes(0)) return null;
  const text = content.toString("utf8").replace(/^\uFEFF/, "");
  // A lone CR ends a line only in files whose first line it ends.
  if (/\r(?!\n)/.test(text)) return null;
  const quote = given["quote"] ?? '"';
  if (quote !== '"' && quote !== "'" && quote !== "none") return null;
  try {
    return parse(text, {
      quote: quote === "none" ? null : quote,
      escape: quote === "none" ? null : quote,
      record_delimiter: ["\r\n", "\n"],
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch {
    return null;
  }
}

function compare(
  read: Read,
  expected: readonly (readonly string[])[],
  columns: number,
  given: Options,
): void {
  const records = given["header"] === false ? expected : expected.slice(1);
  mustHold(read.count === records.length, "csv-parse counts otherwise");
  if (given["header"] !== false) return;
  const fitting = records.filter((row) => row.length === columns);
  mustHold(JSON.stringify(read.rows) === JSON.stringify(fitting), "csv-parse reads other values");
}

/** Separated values, of our own making and of other people's, after what can happen to a file. */
export const csv: Target<CsvInput> = {
  arbitrary: fc.record({
    file: fc.oneof({ arbitrary: made, weight: 2 }, ...(real.length === 0 ? [] : [fc.nat(real.length - 1)])),
    options: fc.oneof(
      options,
      fc.constant({}),
      fc.record({ delimiter: fc.constant("comma"), header: fc.boolean() }, { requiredKeys: ["delimiter"] }),
    ),
    mutations: mutations(),
  }),
  async judge({ file, options: over, mutations: all }) {
    const written = typeof file === "number" ? real[file]! : write(file);
    const content = mutate(written.content, all);
    const given = { ...written.options, ...over };
    const extract: ExtractSpec = {
      name: "people",
      key: written.columns.slice(0, 1),
      columns: written.columns.map((name) => ({ name, type: "text", nullable: true })),
      options: { file: "people.csv", ...given },
    };
    let read: Read;
    try {
      read = await readFile("csv", "people.csv", content, extract);
    } catch (error) {
      return clearError(error);
    }
    const expected = oracle(content, given);
    if (expected !== null) compare(read, expected, written.columns.length, given);
    return read.rejected.length > 0 ? "issues" : "records";
  },
};
