import type { Column, ColumnType, SourceValue } from "@cutover/model";
import mysql, { type FieldPacket } from "mysql2";
import { parseInteger } from "../integer.js";

// A CommonJS library whose names Node cannot see before it has run.
const { Types } = mysql;

/** The character set of what is no text. */
const binary = 63;

const columnTypes: Readonly<Record<number, ColumnType>> = {
  [Types.DECIMAL]: "decimal",
  [Types.NEWDECIMAL]: "decimal",
  // TINYINT(1) is an integer: completion states and the like are 0 to 4 in it.
  [Types.TINY]: "integer",
  [Types.SHORT]: "integer",
  [Types.INT24]: "integer",
  [Types.LONG]: "integer",
  [Types.LONGLONG]: "integer",
  [Types.YEAR]: "integer",
  [Types.BIT]: "integer",
  [Types.FLOAT]: "float",
  [Types.DOUBLE]: "float",
  [Types.DATE]: "date",
  [Types.NEWDATE]: "date",
  [Types.TIME]: "time",
  [Types.DATETIME]: "time",
  [Types.TIMESTAMP]: "time",
  [Types.JSON]: "json",
};

const typeOf = (field: FieldPacket): ColumnType =>
  columnTypes[field.type ?? Types.VAR_STRING] ?? (field.characterSet === binary ? "bytes" : "text");

export const columnsOfFields = (fields: readonly FieldPacket[]): Column[] =>
  fields.map((field) => {
    const type = typeOf(field);
    const varies = field.type === Types.VAR_STRING || field.type === Types.STRING;
    return {
      name: field.name,
      type,
      nullable: true,
      // Told in bytes, four to a character of the connection's character set.
      maxLength:
        type === "text" && varies && field.columnLength !== undefined
          ? Math.floor(field.columnLength / 4)
          : undefined,
    };
  });

/**
 * Lets the driver hand over doubles as the server wrote them: of the text protocol it reads them digit by
 * digit, and what has 16 digits or more is rounded. To be called when the fields are known and before the
 * first row is read; a statement without rows has no fields.
 */
export function keepDigits(fields: readonly FieldPacket[] | undefined): void {
  for (const field of fields ?? []) {
    if (field.type === Types.DOUBLE || field.type === Types.FLOAT) {
      (field as { columnType: number }).columnType = Types.NEWDECIMAL;
    }
  }
}

export const hasFloats = (fields: readonly FieldPacket[]): boolean =>
  fields.some(({ type }) => type === Types.FLOAT);

type Mend = (value: unknown) => SourceValue;

const integer: Mend = (value) => (typeof value === "string" ? parseInteger(value) : (value as SourceValue));
const bit: Mend = (value) =>
  value instanceof Uint8Array
    ? parseInteger(`0x${Buffer.from(value).toString("hex")}`)
    : (value as SourceValue);
const double: Mend = (value) => (typeof value === "string" ? Number(value) : (value as SourceValue));
/** The shortest number that is the same float: 0.1, where the binary protocol gives 0.10000000149011612. */
const float: Mend = (value) => {
  const exact = double(value);
  if (typeof exact !== "number") return exact;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return short;
  }
  return exact;
};
/** The binary protocol leaves out a fraction that is zero; the text protocol writes it. */
const time =
  (digits: number): Mend =>
  (value) => {
    if (typeof value !== "string") return value as SourceValue;
    const point = value.indexOf(".");
    const whole = point < 0 ? value : value.slice(0, point);
    const fraction = point < 0 ? "" : value.slice(point + 1);
    return digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, "0").slice(0, digits)}`;
  };
const shape: Mend = (value) =>
  value !== null && typeof value === "object" && !(value instanceof Uint8Array)
    ? JSON.stringify(value)
    : (value as SourceValue);

function mendOf(field: FieldPacket): Mend | null {
  switch (field.type) {
    case Types.LONGLONG:
      return integer;
    case Types.BIT:
      return bit;
    case Types.DOUBLE:
      return double;
    case Types.FLOAT:
      return float;
    case Types.DATETIME:
    case Types.TIMESTAMP:
    case Types.TIME:
      return time((field.decimals ?? 0) > 6 ? 0 : (field.decimals ?? 0));
    case Types.GEOMETRY:
      return shape;
    default:
      return null;
  }
}

/** Mends, in place, what the driver gives otherwise than we want it. */
export function mender(fields: readonly FieldPacket[]): (row: unknown[]) => SourceValue[] {
  const mends = fields.flatMap((field, i) => {
    const mend = mendOf(field);
    return mend === null ? [] : [[i, mend] as const];
  });
  return (row) => {
    for (const [i, mend] of mends) if (row[i] !== null) row[i] = mend(row[i]);
    return row as SourceValue[];
  };
}
