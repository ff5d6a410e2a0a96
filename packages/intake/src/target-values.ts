import {
  canonicalJson,
  hash16,
  hashes16,
  type Column,
  type SourceValue,
  type TableSpec,
  type TargetValue,
} from "@cutover/model";

type Value = SourceValue | TargetValue;

/** Where the digits before the point end, in a decimal without sign, spaces or leading zeros; -1 where it is none. */
function endOfWhole(text: string): number {
  const { length } = text;
  const first = text.charCodeAt(0);
  if (!(first >= 49 && first <= 57)) return -1;
  let point = length;
  for (let i = 1; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46 && point === length) point = i;
    else if (code < 48 || code > 57) return -1;
  }
  return point;
}

/** `87.50000` and `87.5`, `007` and `7`: the shortest form of a decimal, without exponent. */
function shortestDecimal(text: string): string {
  // Nearly all there are need no more than their zeros cut off.
  const point = endOfWhole(text);
  if (point === text.length) return text;
  if (point > 0) {
    let end = text.length;
    while (text.charCodeAt(end - 1) === 48) end -= 1;
    return text.slice(0, end - 1 === point ? point : end);
  }
  const match = /^\s*([+-]?)0*(\d*)(?:\.(\d*?)0*)?\s*$/.exec(text);
  if (match === null) return text;
  const [, sign, whole = "", fraction = ""] = match;
  const digits = `${whole === "" ? "0" : whole}${fraction === "" ? "" : `.${fraction}`}`;
  return sign === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

function numeric(value: Value, type: Column["type"]): string {
  if (typeof value === "number" && Number.isInteger(value)) return String(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  if (type === "float") return String(Number(value));
  return shortestDecimal(
    typeof value === "number" && !Number.isInteger(value) ? value.toString() : String(value),
  );
}

/**
 * A target's value as text that is the same whether it is about to be written or was read back: each
 * driver has its own idea of what a bigint, a decimal or a flag looks like. Null stays null.
 */
export function comparable(value: Value, type: Column["type"] | undefined): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  switch (type) {
    case "integer":
    case "decimal":
    case "float":
    case "boolean":
      return numeric(value, type);
    case "json":
      return typeof value === "string" ? jsonText(value) : canonicalJson(value);
    default:
      return typeof value === "boolean" ? numeric(value, "integer") : String(value);
  }
}

function jsonText(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch {
    return text;
  }
}

type Types = ReadonlyMap<string, Column["type"]>;

const typesOfTables = new WeakMap<TableSpec, Types>();

/** The declared types of a table's columns by name. */
export function typesOf(table: TableSpec): Types {
  let types = typesOfTables.get(table);
  if (types === undefined) {
    types = new Map(table.columns.map(({ name, type }) => [name, type]));
    typesOfTables.set(table, types);
  }
  return types;
}

/** Whether two values of a table's column are the same to the target. */
export function sameInTarget(table: TableSpec, column: string, a: Value, b: Value): boolean {
  if (a === b) return true;
  const type = typesOf(table).get(column);
  return comparable(a, type) === comparable(b, type);
}

/** The columns of `wanted` that differ from what the target has. */
export const changedColumns = (
  table: TableSpec,
  wanted: Readonly<Record<string, TargetValue>>,
  current: Readonly<Record<string, Value>>,
): string[] =>
  Object.keys(wanted).filter(
    (column) => !sameInTarget(table, column, wanted[column]!, current[column] ?? null),
  );

/** Texts that stand in JSON as they are. */
// oxlint-disable-next-line no-control-regex
const plain = /^[^"\\\u0000-\u001F\uD800-\uDFFF]*$/;

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/**
 * What is hashed of a row: its values' comparable texts, as a list in JSON. These are the first of the values,
 * or those at some places.
 */
const hashedText = (
  types: readonly (Column["type"] | undefined)[],
  values: readonly Value[],
  places?: readonly number[],
): string => {
  let text = "[";
  for (let i = 0; i < types.length; i += 1) {
    const value = values[places === undefined ? i : places[i]!]!;
    if (i > 0) text += ",";
    if (value === null) text += "null";
    else if (typeof value === "number" && Number.isInteger(value)) text += `"${value}"`;
    else text += quoted(comparable(value, types[i])!);
  }
  return `${text}]`;
};

const typesOfColumns = (table: TableSpec, columns: readonly string[]): (Column["type"] | undefined)[] => {
  const types = typesOf(table);
  return columns.map((column) => types.get(column));
};

/** A function that gives the hash of many rows' values, by which undo later knows what was written. */
export function hasherOf(table: TableSpec, columns: readonly string[]): (values: readonly Value[]) => Buffer {
  const types = typesOfColumns(table, columns);
  return (values) => hash16(hashedText(types, values));
}

/** The same of so many rows that are given column by column, one after the other. */
export function hashesOfColumns(
  table: TableSpec,
  columns: readonly string[],
  values: readonly (readonly Value[])[],
  count: number,
): Buffer<ArrayBuffer> {
  const types = typesOfColumns(table, columns);
  const row: Value[] = Array.from(values, () => null);
  return hashes16(count, (place) => {
    for (let k = 0; k < row.length; k += 1) row[k] = values[k]![place]!;
    return hashedText(types, row);
  });
}

/** The same of rows that have their columns first, or at some places, one after the other; of no meaning where there is none. */
export function hashesOfRows(
  table: TableSpec,
  columns: readonly string[],
  rows: readonly (readonly Value[] | null)[],
  places?: readonly number[],
): Buffer {
  const types = typesOfColumns(table, columns);
  return hashes16(rows.length, (place) => {
    const row = rows[place]!;
    return row === null ? "" : hashedText(types, row, places);
  });
}

/** The same of a row that was read. */
export const hashOfRow = (
  table: TableSpec,
  columns: readonly string[],
  row: Readonly<Record<string, Value>>,
): Buffer => hasherOf(table, columns)(columns.map((column) => row[column] ?? null));

/** Values as JSON text that gives them back: bytes and bigints tell what they are. */
export function valuesToJson(values: Readonly<Record<string, Value>>): string {
  const told: Record<string, Stored> = {};
  for (const [column, value] of Object.entries(values)) told[column] = toStored(value);
  return canonicalJson(told);
}

type Stored = string | number | boolean | null | { readonly bigint: string } | { readonly bytes: string };

function toStored(value: Value): Stored {
  if (typeof value === "bigint") return { bigint: String(value) };
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString("base64") } : value;
}

function ofStored(value: Stored): TargetValue {
  if (value === null || typeof value !== "object") return value;
  return "bigint" in value ? BigInt(value.bigint) : new Uint8Array(Buffer.from(value.bytes, "base64"));
}

/** The values of such JSON text. */
export function valuesFromJson(json: string): Record<string, TargetValue> {
  const values = JSON.parse(json) as Record<string, Stored | TargetValue>;
  for (const [column, value] of Object.entries(values as Record<string, Stored>)) {
    if (value !== null && typeof value === "object") values[column] = ofStored(value);
  }
  return values as Record<string, TargetValue>;
}

/** The values of a row's key, as the ledger keeps them: one number by itself, others as a JSON list. */
export const storedKey = (key: Readonly<Record<string, Value>>): string | number =>
  storedValues(Object.values(key));

/** The same of the values alone. */
export function storedValues(values: readonly Value[]): string | number {
  const [only] = values;
  if (values.length === 1 && typeof only === "number" && Number.isSafeInteger(only)) return only;
  return JSON.stringify(values.map(toStored));
}

/** The same as it is handed to the ledger, where a number would be kept as a fraction, in eight bytes. */
export const keptKey = (stored: string | number): string | bigint =>
  typeof stored === "number" ? BigInt(stored) : stored;

/** The key of such values, given its columns. */
export function keyOfStored(
  columns: readonly string[],
  stored: string | number,
): Record<string, TargetValue> {
  if (typeof stored === "number") return { [columns[0]!]: stored };
  const values = JSON.parse(stored) as readonly Stored[];
  return Object.fromEntries(columns.map((column, i) => [column, ofStored(values[i]!)]));
}
