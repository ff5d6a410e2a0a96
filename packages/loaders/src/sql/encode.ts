import { RowRejected, type ColumnType, type TargetValue } from "@cutover/model";
import { decimalText, parseInteger, textFault, type Parameter, type ShapeColumn } from "@cutover/sql";

/** Why a value is refused before the database sees it: some engines would alter it in silence. */
type Refusal = "nul" | "lone-surrogate" | "too-long" | "too-precise" | "bad-value";

type Refuse = (why: Refusal) => never;

/** A value that is there, as the column takes it. */
type Encoder = (value: string | number | bigint | boolean) => Parameter;

const integer = (_: ShapeColumn, refuse: Refuse): Encoder => {
  const whole = /^[+-]?\d+$/;
  return (value) => {
    if (typeof value === "number") return Number.isSafeInteger(value) ? value : refuse("bad-value");
    if (typeof value === "bigint") return value;
    if (typeof value === "boolean") return value ? 1 : 0;
    return whole.test(value) ? parseInteger(value) : refuse("bad-value");
  };
};

const decimal = ({ scale }: ShapeColumn, refuse: Refuse): Encoder => {
  const digits = /^[+-]?\d+(?:\.(\d+))?$/;
  return (value) => {
    if (typeof value === "boolean" || (typeof value === "number" && !Number.isFinite(value))) {
      return refuse("bad-value");
    }
    const text = typeof value === "number" ? decimalText(value) : String(value);
    const parts = digits.exec(text);
    if (parts === null) return refuse("bad-value");
    const fraction = parts[1] ?? "";
    const tooPrecise =
      scale !== undefined && fraction.length > scale && fraction.replace(/0+$/, "").length > scale;
    return tooPrecise ? refuse("too-precise") : text;
  };
};

const float =
  (_: ShapeColumn, refuse: Refuse): Encoder =>
  (value) => {
    const number = typeof value === "boolean" ? Number.NaN : Number(value);
    return Number.isFinite(number) && value !== "" ? number : refuse("bad-value");
  };

const boolean =
  (_: ShapeColumn, refuse: Refuse): Encoder =>
  (value) => {
    if (typeof value === "boolean") return value;
    if (value === 1 || value === 1n || value === "1") return true;
    return value === 0 || value === 0n || value === "0" ? false : refuse("bad-value");
  };

const text =
  ({ maxLength = Infinity }: ShapeColumn, refuse: Refuse): Encoder =>
  (value) => {
    const given =
      typeof value === "string" ? value : typeof value === "boolean" ? (value ? "1" : "0") : String(value);
    const fault = textFault(given);
    if (fault !== null) return refuse(fault);
    if (given.length <= maxLength) return given;
    let length = 0;
    for (const _ of given) length++;
    return length > maxLength ? refuse("too-long") : given;
  };

const time =
  ({ scale }: ShapeColumn, refuse: Refuse): Encoder =>
  (value) => {
    if (typeof value === "boolean") return refuse("bad-value");
    if (typeof value !== "string") return value;
    if (textFault(value) !== null) return refuse("bad-value");
    if (scale === undefined || !value.includes(".")) return value;
    const fraction = (/\.(\d+)/.exec(value)?.[1] ?? "").replace(/0+$/, "");
    return fraction.length > scale ? refuse("too-precise") : value;
  };

const bytes =
  (_: ShapeColumn, refuse: Refuse): Encoder =>
  (value) =>
    typeof value === "string" ? Buffer.from(value, "utf8") : refuse("bad-value");

const encoders: Readonly<Record<ColumnType, (column: ShapeColumn, refuse: Refuse) => Encoder>> = {
  text,
  json: text,
  integer,
  decimal,
  float,
  boolean,
  date: time,
  time,
  bytes,
};

/**
 * How values go to a column of a database. What an engine would cut, round, pad or turn into something
 * else is refused here, the same way for all engines: what is returned throws RowRejected.
 */
export function encoderOf(column: ShapeColumn, table: string): (value: TargetValue) => Parameter {
  const refuse: Refuse = (why) => {
    throw new RowRejected(why, table, undefined);
  };
  const encode = encoders[column.type](column, refuse);
  const takesBytes = column.type === "bytes";
  return (value) => {
    if (value === null) return null;
    if (typeof value === "object") return takesBytes ? value : refuse("bad-value");
    return encode(value);
  };
}
