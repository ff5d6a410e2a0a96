import type { Column, ColumnType, SourceValue } from "@cutover/model";

/** Values to compare: bytes by their digits, JSON by what it says, all else as it is. */
export function comparable(value: SourceValue | undefined, type: ColumnType): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (type === "json" && typeof value === "string") return JSON.parse(value) as unknown;
  return value;
}

export const comparableRows = (
  rows: readonly (readonly SourceValue[])[],
  columns: readonly Column[],
): unknown[][] => rows.map((row) => columns.map(({ type }, i) => comparable(row[i], type)));

export const column = (name: string, type: ColumnType, more: Partial<Column> = {}): Column => ({
  name,
  type,
  nullable: true,
  ...more,
});

/** The key of every table of the suites, unless it says otherwise. */
export const id = column("id", "integer", { nullable: false });

/** The edges of each type, as every medium of that type has to keep them. */
export const edges: Readonly<Record<ColumnType, readonly SourceValue[]>> = {
  integer: [
    0,
    -1,
    2 ** 31,
    Number.MAX_SAFE_INTEGER,
    2n ** 53n + 1n,
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ],
  decimal: [
    "0.0000000000",
    "-0.5000000000",
    "87.5000000000",
    "0.0000000001",
    "12345678901234567890.0123456789",
    "-99999999999999999999.9999999999",
  ],
  float: [0, 0.1, -1.5, 1e21, 1.7976931348623157e308, 2.2250738585072014e-308, 0.30000000000000004],
  boolean: [true, false],
  // Days before calendars were reformed, and a leap day: days have no zone to be moved by.
  date: ["2024-02-29", "1970-01-01", "1582-10-10", "9999-12-31"],
  // The hours that some zones leave out or have twice.
  time: ["2024-02-29 17:05:00", "2024-03-31 02:30:00", "2024-10-27 02:30:00", "1969-12-31 23:59:59"],
  text: ["plain", "x".repeat(255)],
  bytes: [
    Uint8Array.of(0, 255, 128),
    Uint8Array.from({ length: 256 }, (_, i) => i),
    // A backslash, a quote, a tab, a line break and `\N`: what file formats of databases escape.
    Uint8Array.of(0x5c, 0x27, 0x09, 0x0a, 0x5c, 0x4e),
  ],
  json: ['{"a":[1,null,true,"é\\n👩🏽‍🚀"],"b":{"c":"\\\\N"}}', "[]", '"text"'],
};

/** Texts of one line that careless escaping, trimming or decoding changes. */
export const texts = {
  unicode: [
    "Ærøskøbing",
    "漢字かな交じり文",
    "👩🏽‍🚀 🇩🇰",
    "e\u0301 is not \u00e9",
    "עברית ‏العربية",
    "true \uFFFD and \uFEFF within",
    "\u{10FFFF}\u{1F600}",
    "\u2028\u2029\u0085.\u00a0.\u200b",
  ],
  escapes: [
    "\\N",
    "\\",
    "\\\\",
    "\\.",
    "\\t\\n\\0\\x41",
    "C:\\new\\table",
    "NULL",
    "null",
    "'; DROP TABLE t; --",
    "it's ''twice''",
    "$1 ? :x ?? {text} {{x}} %s %_",
    "<b>&amp;</b> ]]>",
    "_x0041_",
    "=1+1",
    "-1",
    "007",
    "1e3",
    "1,5;2\u00a0%",
    "true",
    "{}",
  ],
  quotes: ['"', '""', 'say "hi"', '"quoted"', 'half "'],
  delimiters: ["a,b", "a;b", "a\tb", "a|b", "|", ","],
  lines: ["two\nlines", "two\r\nlines", "\nfirst", "last\n", "a\n\nb"],
  spaces: [" ", "  both  ", "end ", "\u3000wide"],
} as const;
