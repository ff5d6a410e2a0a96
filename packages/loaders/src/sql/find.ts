import type { SourceValue, TableSpec, TargetValue } from "@cutover/model";
import {
  conformers,
  decimalText,
  type Parameter,
  type Row,
  type Session,
  type ShapeColumn,
  type TableShape,
} from "@cutover/sql";
import { encode } from "./encode.js";
import { lookUp } from "./look-up.js";
import { columnOf } from "./shapes.js";

/** Keys one statement looks for; more would only make the statement's text longer. */
const keysPerStatement = 2_000;

/**
 * The rows whose columns equal one of the keys, exactly: a database may find more (its collations
 * can ignore case and accents), so what it finds is compared again. A key that the columns cannot
 * hold finds nothing.
 */
export async function findRows(
  session: Session,
  table: TableSpec,
  shape: TableShape,
  by: readonly string[],
  keys: readonly (readonly TargetValue[])[],
  columns: readonly string[],
): Promise<readonly Row[]> {
  const keyColumns = by.map((name) => columnOf(shape, name));
  const wanted = new Map<string, readonly Parameter[]>();
  for (const key of keys) {
    const encoded = encodeKey(key, keyColumns, shape);
    if (encoded !== null) wanted.set(identity(encoded, keyColumns), encoded);
  }
  const selected = [...new Set([...by, ...columns])];
  for (const name of selected) columnOf(shape, name);
  const types = new Map(table.columns.map((column) => [column.name, column.type]));
  const conforming = columns.map(
    (name) => [name, conformers[types.get(name) ?? columnOf(shape, name).type]] as const,
  );
  const most = Math.max(1, Math.min(keysPerStatement, Math.floor(session.dialect.maxParameters / by.length)));
  const found: Row[] = [];
  for (const group of byNulls(wanted.values())) {
    for (let i = 0; i < group.length; i += most) {
      const { sql, parameters } = lookUp(session.dialect, shape, by, group.slice(i, i + most), selected);
      for (const row of await session.query(sql, parameters)) {
        const key = by.map((name) => row[name] ?? null);
        if (!wanted.has(identity(key, keyColumns))) continue;
        const conformed: Record<string, SourceValue> = {};
        for (const [name, conform] of conforming) {
          const value = row[name] ?? null;
          conformed[name] = value === null ? null : conform(value);
        }
        found.push(conformed);
      }
    }
  }
  return found;
}

function encodeKey(
  key: readonly TargetValue[],
  columns: readonly ShapeColumn[],
  shape: TableShape,
): Parameter[] | null {
  try {
    return columns.map((column, i) => encode(key[i] ?? null, column, shape.table));
  } catch {
    return null;
  }
}

/** Keys by which of their columns are null: SQL's equality knows no null. */
function byNulls(keys: Iterable<readonly Parameter[]>): (readonly Parameter[])[][] {
  const groups = new Map<string, (readonly Parameter[])[]>();
  for (const key of keys) {
    const pattern = key.map((value) => (value === null ? "0" : "1")).join("");
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, [key]);
    else group.push(key);
  }
  return [...groups.values()];
}

/** One text for equal keys, however the value is spelled: 57 and "57" in an integer column. */
const identity = (key: readonly (Parameter | undefined)[], columns: readonly ShapeColumn[]): string =>
  JSON.stringify(
    key.map((value, i) => (value === null || value === undefined ? null : spelled(value, columns[i]!))),
  );

function spelled(value: NonNullable<Parameter>, column: ShapeColumn): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  switch (column.type) {
    case "decimal":
    case "float": {
      const text = typeof value === "number" ? decimalText(value) : String(value);
      return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    }
    case "boolean":
      return value === true || value === 1 || value === 1n ? "1" : "0";
    case "date":
    case "time":
      // The database decides: it writes times in its own way.
      return "";
    default:
      return String(value);
  }
}
