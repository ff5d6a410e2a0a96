import { isAscii } from "node:buffer";
import {
  RowRejected,
  type Column,
  type ColumnType,
  type SourceValue,
  type TargetValue,
} from "@cutover/model";
import { conformers, decimalText } from "@cutover/sql";
import iconv from "iconv-lite";
import type { CsvOptions } from "./options.js";

/** How a value stands in a file: text, or null where it is empty. */
export type Stored = string | null;

/** Characters as databases count them: an emoji is one. */
const characters = (text: string): number => text.length - (text.match(/[\uD800-\uDBFF]/g)?.length ?? 0);

/** What the texts of a type look like; where nothing is said, any way. */
const forms: Readonly<Partial<Record<ColumnType, RegExp>>> = {
  integer: /^[+-]?\d+$/,
  decimal: /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i,
  float: /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i,
  boolean: /^[01]$/,
};

/** The text of a value; throws RowRejected for what the file could not give back. */
export function toStored(value: TargetValue, column: Column, options: CsvOptions, table: string): Stored {
  const refuse = (code: string): never => {
    throw new RowRejected(code, table, undefined);
  };
  if (value === null || value === "") {
    return column.nullable || column.hasDefault === true || value === "" ? null : refuse("not-null");
  }
  if (value instanceof Uint8Array) return refuse("bytes");
  if (typeof value === "number" && !Number.isFinite(value)) return refuse("not-finite");
  // No exponents: few importing systems take them.
  const text =
    typeof value === "boolean"
      ? value
        ? "1"
        : "0"
      : typeof value === "number"
        ? decimalText(value)
        : String(value);
  if (forms[column.type]?.test(text) === false) return refuse("bad-value");
  if (column.maxLength !== undefined && characters(text) > column.maxLength) return refuse("too-long");
  if (!text.isWellFormed()) return refuse("not-unicode");
  if (options.recordEnd !== null && text.includes(options.recordEnd)) return refuse("record-end");
  if (options.quote === null && (text.includes(options.delimiter) || /[\r\n]/.test(text))) {
    return refuse("needs-quotes");
  }
  if (options.encoding === "windows-1252" && !isAscii(Buffer.from(text))) {
    if (iconv.decode(iconv.encode(text, "windows-1252"), "windows-1252") !== text) return refuse("encoding");
  }
  return text;
}

/** A stored text as the column's declared type has it. */
export function fromStored(stored: Stored, column: Column): SourceValue {
  if (stored === null || stored === "") return column.nullable ? null : "";
  if (column.type === "boolean") return stored === "1" ? true : stored === "0" ? false : stored;
  return conformers[column.type](stored);
}

const formula = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;

/** A text that a spreadsheet shows and does not run. */
export const neutralized = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** What was neutralized, as it was. */
export const restored = (text: string): string =>
  text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text;

/** Whether a column's texts can be formulas; a number with its sign is none. */
export const canBeFormula = (column: Column): boolean => column.type === "text" || column.type === "json";
