import type { ColumnType, SourceValue } from "@cutover/model";
import { parseInteger } from "./integer.js";

/** A number's decimal text without an exponent. */
export function decimalText(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (parts === null) return text;
  const [, sign = "", lead = "", fraction = "", exponent = "0"] = parts;
  const digits = lead + fraction;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${"0".repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const asText = (value: SourceValue): SourceValue =>
  typeof value === "string" || value instanceof Uint8Array || value === null ? value : String(value);

function asInteger(value: SourceValue): SourceValue {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") {
    const whole = /^([+-]?\d+)(?:\.0*)?$/.exec(value);
    if (whole !== null) return parseInteger(whole[1]!);
  }
  return value;
}

function asDecimal(value: SourceValue): SourceValue {
  if (typeof value === "number") return Number.isFinite(value) ? decimalText(value) : value;
  if (typeof value === "bigint") return String(value);
  return value;
}

function asFloat(value: SourceValue): SourceValue {
  if (typeof value !== "string" || !/^[+-]?\d+(\.\d+)?$/.test(value)) return value;
  const number = Number(value);
  const plain = value
    .replace(/^\+/, "")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
  return decimalText(number) === plain ? number : value;
}

const asBoolean = (value: SourceValue): SourceValue =>
  value === 1 || value === 1n ? true : value === 0 || value === 0n ? false : value;

const same = (value: SourceValue): SourceValue => value;

/**
 * Engines hand the same fact over in different forms: SQLite has no decimals, a sum is a numeric
 * here and an integer there. These bring a value to its declared type where nothing is lost by it;
 * what does not fit stays as it is, for the mapping to flag.
 */
export const conformers: Readonly<Record<ColumnType, (value: SourceValue) => SourceValue>> = {
  text: asText,
  integer: asInteger,
  decimal: asDecimal,
  float: asFloat,
  boolean: asBoolean,
  date: same,
  time: same,
  bytes: same,
  json: asText,
};

/** Types whose values engines hand over as text. */
const spelled: ReadonlySet<ColumnType> = new Set(["text", "json", "decimal", "date", "time"]);

/** Whether what a typed column gives is of the declared type as it is, so that nobody need look at it. */
export const conforms = (given: ColumnType, declared: ColumnType): boolean =>
  conformers[declared] === same ||
  given === declared ||
  (conformers[declared] === asText && spelled.has(given));
