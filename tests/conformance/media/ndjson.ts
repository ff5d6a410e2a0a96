import type { Column, SourceValue } from "@cutover/model";
import { decimalText, parseInteger } from "@cutover/sql";
import { fileExtractor } from "../extractor/files.js";

/** A member as it stands in a line: numbers keep their digits. */
function member(value: SourceValue, { type }: Column): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  return typeof value === "bigint" || (type === "decimal" && value !== null)
    ? String(value)
    : JSON.stringify(value);
}

export const ndjsonSource = fileExtractor({
  name: "ndjson",
  medium: "ndjson",
  waivers: [
    { behaviour: "natives", because: "JSON has no types but texts, numbers and booleans." },
    { behaviour: "bytes", because: "JSON holds no bytes." },
    {
      behaviour: "unknownColumns",
      because:
        "A line leaves out what it has no value for: a name that no line has is told by `check`, not by reading.",
    },
  ],
  reads: (value, { type }) =>
    value !== null && (type === "float" || type === "decimal") ? digits(value) : value,
  write: (columns, rows) =>
    rows
      .map((row) => columns.map((column, i) => `${JSON.stringify(column.name)}:${member(row[i]!, column)}`))
      .map((members) => `{${members.join(",")}}\n`)
      .join(""),
});

/** A number is a decimal text, unless it is whole. */
function digits(value: SourceValue): SourceValue {
  const text = typeof value === "number" ? decimalText(value) : (value as string);
  return /^-?\d+(\.0*)?$/.test(text) ? parseInteger(text.replace(/\..*/, "")) : text;
}
