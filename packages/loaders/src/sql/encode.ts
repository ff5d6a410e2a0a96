import { RowRejected, type ColumnType, type TargetValue } from "@cutover/model";
import { decimalText, textFault, type Parameter, type ShapeColumn } from "@cutover/sql";

/** Why a value is refused before the database sees it: some engines would alter it in silence. */
type Refusal = "nul" | "lone-surrogate" | "too-long" | "too-precise" | "bad-value";

const refuse = (why: Refusal, table: string): RowRejected => new RowRejected(why, table, undefined);

/** A value as the column's type takes it, or why it does not. */
type Encoder = (value: string | number | bigint | boolean, column: ShapeColumn) => Parameter | Refused;

interface Refused {
  readonly refused: Refusal;
}
const no = (refused: Refusal): Refused => ({ refused });

const encodeInteger: Encoder = (value) => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : no("bad-value");
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return /^[+-]?\d+$/.test(value) ? BigInt(value.replace(/^\+/, "")) : no("bad-value");
};

const encodeDecimal: Encoder = (value, { scale }) => {
  if (typeof value === "boolean" || (typeof value === "number" && !Number.isFinite(value)))
    return no("bad-value");
  const text = typeof value === "number" ? decimalText(value) : String(value);
  const parts = /^[+-]?\d+(?:\.(\d+))?$/.exec(text);
  if (parts === null) return no("bad-value");
  const fraction = (parts[1] ?? "").replace(/0+$/, "");
  return scale !== undefined && fraction.length > scale ? no("too-precise") : text;
};

const encodeFloat: Encoder = (value) => {
  const number = typeof value === "boolean" ? Number.NaN : Number(value);
  return Number.isFinite(number) && value !== "" ? number : no("bad-value");
};

const encodeBoolean: Encoder = (value) => {
  if (typeof value === "boolean") return value;
  return value === 1 || value === 1n || value === "1"
    ? true
    : value === 0 || value === 0n || value === "0"
      ? false
      : no("bad-value");
};

const encodeText: Encoder = (value, { maxLength }) => {
  const text = typeof value === "boolean" ? (value ? "1" : "0") : String(value);
  const fault = textFault(text);
  if (fault !== null) return no(fault);
  if (maxLength === undefined || text.length <= maxLength) return text;
  let length = 0;
  for (const _ of text) length++;
  return length > maxLength ? no("too-long") : text;
};

const encodeTime: Encoder = (value, { scale }) => {
  if (typeof value === "boolean") return no("bad-value");
  if (typeof value !== "string") return value;
  if (textFault(value) !== null) return no("bad-value");
  const fraction = (/\.(\d+)/.exec(value)?.[1] ?? "").replace(/0+$/, "");
  return scale !== undefined && fraction.length > scale ? no("too-precise") : value;
};

const encoders: Readonly<Record<ColumnType, Encoder>> = {
  text: encodeText,
  json: encodeText,
  integer: encodeInteger,
  decimal: encodeDecimal,
  float: encodeFloat,
  boolean: encodeBoolean,
  date: encodeTime,
  time: encodeTime,
  bytes: (value) => (typeof value === "string" ? Buffer.from(value, "utf8") : no("bad-value")),
};

/**
 * A value as it goes to the database. What an engine would cut, round, pad or turn into something
 * else is refused here, the same way for all engines.
 *
 * @throws RowRejected
 */
export function encode(value: TargetValue, column: ShapeColumn, table: string): Parameter {
  if (value === null) return null;
  if (value instanceof Uint8Array) {
    if (column.type !== "bytes") throw refuse("bad-value", table);
    return value;
  }
  const encoded = encoders[column.type](value, column);
  if (encoded !== null && typeof encoded === "object" && "refused" in encoded)
    throw refuse(encoded.refused, table);
  return encoded;
}
