import type { Column, ColumnType, SourceValue } from "@cutover/model";
import type { FieldDef } from "pg";
import { parseInteger } from "../integer.js";

/** Object ids of built-in types: `SELECT oid, typname FROM pg_type`. */
const columnTypes: Readonly<Record<number, ColumnType>> = {
  16: "boolean",
  17: "bytes",
  20: "integer",
  21: "integer",
  23: "integer",
  26: "integer",
  114: "json",
  700: "float",
  701: "float",
  1082: "date",
  1083: "time",
  1114: "time",
  1184: "time",
  1266: "time",
  1700: "decimal",
  3802: "json",
};

export const typeOf = (oid: number): ColumnType => columnTypes[oid] ?? "text";

/** The length of a varchar or char, from the type's modifier. */
export const lengthOf = (oid: number, modifier: number): number | undefined =>
  (oid === 1043 || oid === 1042) && modifier > 4 ? modifier - 4 : undefined;

export const columnsOfFields = (fields: readonly FieldDef[]): Column[] =>
  fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
    name,
    type: typeOf(dataTypeID),
    nullable: true,
    maxLength: lengthOf(dataTypeID, dataTypeModifier),
  }));

export const isInteger = (oid: number): boolean => columnTypes[oid] === "integer";

/** A double's text; what is no number (NaN, Infinity) stays text. */
const float = (text: string): SourceValue => {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
};
const bytes = (text: string): SourceValue => Buffer.from(text.slice(2), "hex");
const boolean = (text: string): SourceValue => text === "t";

const parsers: Readonly<Record<number, (text: string) => SourceValue>> = {
  16: boolean,
  17: bytes,
  20: parseInteger,
  21: Number,
  23: Number,
  26: Number,
  700: float,
  701: float,
};
const asText = (text: string): SourceValue => text;

/** The driver's hook: all that is not named stays the text PostgreSQL wrote; it would make Dates of times. */
export const typeParsers = {
  getTypeParser: (oid: number): ((text: string) => SourceValue) => parsers[oid] ?? asText,
};
