import { CutoverError, type ExtractSpec, type Problem, nearest } from "@cutover/model";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "auto";

/** What an extract from files may declare beside its columns and key. */
export interface FileOptions {
  readonly medium: FileMedium;
  /** Path below the connection's folder; `*` and `?` stand for parts of a name. */
  readonly file: string;
  readonly encoding: Encoding;
  /** One character, or null to find out from the header. */
  readonly delimiter: string | null;
  /** The quote character, or null in files without quoting. */
  readonly quote: string | null;
  /** `\n`, `\t`, `\\` and escaped delimiters, inside and outside quotes. */
  readonly backslash: boolean;
  /** A mark that ends a record, such as `!##!`; line breaks are then part of values. */
  readonly recordEnd: string | null;
  /** Whether the first record names the columns; else they come in the declared order. */
  readonly header: boolean;
  /** Other names a column has in files. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Columns a file may lack; they read as null. */
  readonly optional: ReadonlySet<string>;
  /** Columns of the file that are none of the declared ones: refused, or passed over. */
  readonly unknown: "refuse" | "ignore";
  /** An unquoted text that stands for null, such as `NULL`. */
  readonly nullText: string | null;
  /** Characters a record may have. */
  readonly maxRecord: number;
  /** The sheet of a workbook, by name; the first one when absent. */
  readonly sheet: string | null;
  /** The elements of an XML document from its root to a record: `enterprise/person`. */
  readonly record: string | null;
  /** Namespaces of XML by the prefixes that paths use; the empty prefix is for names without one. */
  readonly namespaces: Readonly<Record<string, string>>;
}

const fileMedia = ["csv", "xlsx", "ndjson", "xml"] as const;
export type FileMedium = (typeof fileMedia)[number];
export const isFileMedium = (medium: string): medium is FileMedium =>
  (fileMedia as readonly string[]).includes(medium);

const delimiters: ReadonlyMap<string, string> = new Map([
  ["comma", ","],
  ["tab", "\t"],
  ["pipe", "|"],
  ["semicolon", ";"],
]);
const encodings: ReadonlyMap<string, Encoding> = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["utf-16le", "utf-16le"],
  ["utf-16be", "utf-16be"],
  ["windows-1252", "windows-1252"],
  ["auto", "auto"],
]);

const known = [
  "medium",
  "format",
  "file",
  "encoding",
  "delimiter",
  "quote",
  "escape",
  "recordEnd",
  "header",
  "headers",
  "optional",
  "unknown",
  "nullText",
  "maxRecord",
  "sheet",
  "record",
  "namespaces",
];

/** Reads an extract's options; throws `mapping-invalid` with everything that is wrong with them. */
export function fileOptions(extract: ExtractSpec, medium: FileMedium): FileOptions {
  const given = extract.options;
  const problems: Problem[] = [];
  const wrong = (name: string, expected: string) => {
    problems.push({ message: `extract ${extract.name}: ${name} is not ${expected}` });
  };
  const names = new Set(extract.columns.map((column) => column.name));

  const text = (name: string): string | null => {
    const value = given[name];
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value;
    wrong(name, "a text");
    return null;
  };
  const column = (name: string, option: string) => {
    if (names.has(name)) return;
    const near = nearest(name, [...names]);
    problems.push({
      message: `extract ${extract.name}: ${option} names a column that is not declared: ${name}`,
      remedy: near === null ? undefined : `did you mean ${near}?`,
    });
  };

  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    problems.push({
      message: `extract ${extract.name}: files have no option ${name}`,
      remedy: near === null ? undefined : `did you mean ${near}?`,
    });
  }

  const file = text("file") ?? "";
  if (file === "") wrong("file", "a path below the connection's folder");

  const encodingName = (text("encoding") ?? "auto").toLowerCase();
  const encoding = encodings.get(encodingName);
  if (encoding === undefined) wrong("encoding", `one of ${[...encodings.keys()].join(", ")}`);

  const delimiterName = text("delimiter") ?? "auto";
  const delimiter = delimiterName === "auto" ? null : (delimiters.get(delimiterName) ?? delimiterName);
  if (delimiter !== null && (delimiter.length !== 1 || /["\\\r\n]/.test(delimiter))) {
    wrong("delimiter", `one of ${[...delimiters.keys()].join(", ")}, auto, or one character`);
  }

  const quoteText = text("quote");
  const quote = quoteText === null ? '"' : quoteText === "" || quoteText === "none" ? null : quoteText;
  if (quote !== null && (quote.length !== 1 || /[\\\r\n]/.test(quote)))
    wrong("quote", "one character, or none");

  const escape = text("escape");
  if (escape !== null && escape !== "backslash" && escape !== "\\" && escape !== "double") {
    wrong("escape", "double or backslash");
  }

  const recordEnd = text("recordEnd");
  if (recordEnd !== null && (recordEnd === "" || recordEnd.length > 16)) wrong("recordEnd", "a short mark");

  if (given["header"] !== undefined && typeof given["header"] !== "boolean") wrong("header", "true or false");

  // Without a prototype: a column may be called `constructor`.
  const headers = Object.create(null) as Record<string, readonly string[]>;
  const aliases = given["headers"];
  if (aliases !== undefined && (typeof aliases !== "object" || aliases === null)) wrong("headers", "a map");
  else {
    for (const [name, value] of Object.entries(aliases ?? {})) {
      column(name, "headers");
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (list.every((one) => typeof one === "string")) headers[name] = list;
      else wrong(`headers.${name}`, "a name or a list of names");
    }
  }

  const optional = given["optional"] ?? [];
  if (!Array.isArray(optional)) wrong("optional", "a list of columns");
  else for (const name of optional) column(String(name), "optional");

  const unknown = text("unknown") ?? "refuse";
  if (unknown !== "refuse" && unknown !== "ignore") wrong("unknown", "refuse or ignore");

  const maxRecord = given["maxRecord"] ?? 4 * 1024 * 1024;
  if (typeof maxRecord !== "number" || !(maxRecord >= 1 && maxRecord <= 256 * 1024 * 1024)) {
    wrong("maxRecord", "a number of characters up to 268435456");
  }
  const sheet = text("sheet");
  const nullText = text("nullText");
  const record = text("record");
  if (medium === "xml" && record === null) wrong("record", "the path of an element");
  const namespaces = given["namespaces"] ?? {};
  if (typeof namespaces !== "object" || !Object.values(namespaces).every((uri) => typeof uri === "string")) {
    wrong("namespaces", "a map of prefixes to namespaces");
  }

  if (problems.length > 0) {
    throw new CutoverError("mapping-invalid", `extract ${extract.name} cannot be read as declared`, {
      stage: "configure",
      problems,
    });
  }
  return {
    medium,
    file,
    encoding: encoding!,
    delimiter,
    quote,
    backslash: escape === "backslash" || escape === "\\",
    recordEnd,
    header: given["header"] !== false,
    headers,
    optional: new Set(optional as string[]),
    unknown: unknown as "refuse" | "ignore",
    nullText,
    maxRecord: maxRecord as number,
    sheet,
    record,
    namespaces: namespaces as Readonly<Record<string, string>>,
  };
}
