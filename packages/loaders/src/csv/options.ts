import { CutoverError, suggest, type Problem, type TableSpec } from "@cutover/model";

/** How a table is written as a file. */
export interface CsvOptions {
  /** Path below the connection's folder. */
  readonly file: string;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  /** Whether the file begins with a byte order mark. UTF-16 always does. */
  readonly bom: boolean;
  readonly delimiter: string;
  /** The quote character, or null where the importing system knows none. */
  readonly quote: string | null;
  /** Whether every value is quoted, or only those that need it. */
  readonly quoteAll: boolean;
  readonly lineEnd: "\n" | "\r\n";
  /** A mark before the line end, such as `!##!`. */
  readonly recordEnd: string | null;
  readonly header: boolean;
  /** The header's name of each column, in the order of the table's columns. */
  readonly names: readonly string[];
  /** Columns that order the file's records; `-` before a name turns it around. */
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
  /**
   * Whether a text that a spreadsheet would run as a formula gets a `'` in front. Off for imports by
   * machines: they would store the mark as data.
   */
  readonly neutralize: boolean;
}

const delimiters: Readonly<Record<string, string>> = { comma: ",", tab: "\t", pipe: "|", semicolon: ";" };
const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
const known = [
  "file",
  "encoding",
  "bom",
  "delimiter",
  "quote",
  "quoteAll",
  "lineEnd",
  "recordEnd",
  "header",
  "headers",
  "sort",
  "neutralize",
];

/** Reads a table's options; throws `mapping-invalid` with everything that is wrong with them. */
export function csvOptions(table: TableSpec): CsvOptions {
  const given = table.options;
  const columns = table.columns.map((column) => column.name);
  const problems: Problem[] = [];
  const problem = (message: string, remedy?: string) => {
    problems.push({ message: `table ${table.name}: ${message}`, remedy });
  };
  const text = (name: string, standard: string): string => {
    const value = given[name] ?? standard;
    if (typeof value === "string") return value;
    problem(`${name} is not a text`);
    return standard;
  };
  const flag = (name: string, standard: boolean): boolean => {
    const value = given[name] ?? standard;
    if (typeof value === "boolean") return value;
    problem(`${name} is neither true nor false`);
    return standard;
  };
  const column = (name: string, option: string) => {
    if (!columns.includes(name)) problem(`${option} names no column: ${name}`, suggest(name, columns));
  };

  for (const name of Object.keys(given)) {
    if (!known.includes(name)) problem(`files have no option ${name}`, suggest(name, known));
  }
  const standardFile = table.table.includes(".") ? table.table : `${table.table}.csv`;
  const file = text("file", standardFile);
  const parts = file.split("/");
  if (
    file.includes("\\") ||
    file.includes("\0") ||
    parts.some((part) => part === "" || part.startsWith("."))
  ) {
    problem(
      `file ${JSON.stringify(file)} is not a path below the folder`,
      "Use / between folders, without `..`.",
    );
  }
  const encoding = encodings.find((one) => one === text("encoding", "utf-8").toLowerCase());
  if (encoding === undefined) problem("encoding is not known", `Known: ${encodings.join(", ")}.`);
  const delimiterName = text("delimiter", "comma");
  const delimiter = delimiters[delimiterName] ?? delimiterName;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) problem("delimiter is not one character");
  const quoteName = text("quote", '"');
  const quote = quoteName === "none" || quoteName === "" ? null : quoteName;
  if (quote !== null && (quote.length !== 1 || quote === delimiter)) problem("quote is not one character");
  const lineEnd = text("lineEnd", "lf");
  if (lineEnd !== "lf" && lineEnd !== "crlf") problem("lineEnd is neither lf nor crlf");
  const recordEnd = text("recordEnd", "");

  const headers = given["headers"] ?? {};
  const names = new Map<string, string>();
  if (typeof headers !== "object" || headers === null) problem("headers is not a map");
  else {
    for (const [name, value] of Object.entries(headers)) {
      column(name, "headers");
      // An extract's headers are lists of what may be read; the first is what is written.
      const header: unknown = Array.isArray(value) ? value[0] : value;
      if (typeof header === "string") names.set(name, header);
      else problem(`headers.${name} is not a text`);
    }
  }
  const sort = (Array.isArray(given["sort"]) ? given["sort"] : [given["sort"]])
    .filter((name) => name !== undefined)
    .map((name) => {
      const descending = String(name).startsWith("-");
      const sorted = String(name).slice(descending ? 1 : 0);
      column(sorted, "sort");
      return { column: sorted, descending };
    });
  const options: CsvOptions = {
    file,
    encoding: encoding ?? "utf-8",
    bom: flag("bom", false),
    delimiter,
    quote,
    quoteAll: flag("quoteAll", false),
    lineEnd: lineEnd === "crlf" ? "\r\n" : "\n",
    recordEnd: recordEnd === "" ? null : recordEnd,
    header: flag("header", true),
    names: columns.map((name) => names.get(name) ?? name),
    sort,
    neutralize: flag("neutralize", false),
  };
  if (problems.length > 0) {
    throw new CutoverError("mapping-invalid", `table ${table.name} cannot be written as declared`, {
      stage: "configure",
      problems,
    });
  }
  return options;
}
