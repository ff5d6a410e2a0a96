import type { Delete, Insert, TargetValue, Update, WriteBatch } from "@cutover/model";
import type { Parameter, TableShape } from "@cutover/sql";
import { encode } from "./encode.js";
import { columnOf } from "./shapes.js";

/** New rows of a table. */
export interface InsertWrite {
  readonly shape: TableShape;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Parameter[])[];
}

/** Rows of a table that are changed (`set` has columns) or deleted, all in the same way. */
export interface Change {
  readonly kind: "update" | "delete";
  readonly shape: TableShape;
  readonly set: readonly string[];
  /** The columns that find a row by their values, and those that find it by being null. */
  readonly by: readonly string[];
  readonly nulls: readonly string[];
  readonly rows: readonly ChangedRow[];
}

interface ChangedRow {
  readonly set: readonly Parameter[];
  readonly by: readonly Parameter[];
}

/** A batch as the target takes it: everything is computed and checked before the first row is written. */
export interface Writes {
  readonly inserts: readonly InsertWrite[];
  readonly changes: readonly Change[];
}

type ShapeOf = (table: string) => TableShape;

/** @throws RowRejected for a value that the target would not keep as it is. */
export function prepare(batch: WriteBatch, shapeOf: ShapeOf): Writes {
  return {
    inserts: batch.inserts
      .filter((insert) => insert.rows.length > 0)
      .map((insert) => prepareInsert(insert, shapeOf)),
    changes: [
      ...grouped(batch.updates.map((update) => prepareChange("update", update, update.set, shapeOf))),
      ...grouped(batch.deletes.map((row) => prepareChange("delete", row, {}, shapeOf))),
    ],
  };
}

function prepareInsert(insert: Insert, shapeOf: ShapeOf): InsertWrite {
  const shape = shapeOf(insert.table.table);
  const columns = insert.columns.map((name) => columnOf(shape, name));
  return {
    shape,
    columns: insert.columns,
    rows: insert.rows.map((row) => columns.map((column, i) => encode(row[i] ?? null, column, shape.table))),
  };
}

function prepareChange(
  kind: Change["kind"],
  { table, where }: Update | Delete,
  set: Readonly<Record<string, TargetValue>>,
  shapeOf: ShapeOf,
): Change {
  const shape = shapeOf(table.table);
  const encoded = (values: Readonly<Record<string, TargetValue>>): (readonly [string, Parameter])[] =>
    Object.entries(values).map(([name, value]) => [name, encode(value, columnOf(shape, name), shape.table)]);
  const sets = encoded(set);
  const key = encoded(where);
  if (key.length === 0) throw new RangeError("a row without a key would be every row");
  const present = key.filter(([, value]) => value !== null);
  return {
    kind,
    shape,
    set: sets.map(([name]) => name),
    by: present.map(([name]) => name),
    nulls: key.flatMap(([name, value]) => (value === null ? [name] : [])),
    rows: [{ set: sets.map(([, value]) => value), by: present.map(([, value]) => value) }],
  };
}

/** Neighbours that are written in the same way become one change of many rows. */
function grouped(changes: readonly Change[]): Change[] {
  const groups: (Change & { readonly rows: ChangedRow[] })[] = [];
  let same = "";
  for (const change of changes) {
    const way = JSON.stringify([change.shape.table, change.set, change.by, change.nulls]);
    const last = groups.at(-1);
    if (last !== undefined && way === same) last.rows.push(...change.rows);
    else groups.push({ ...change, rows: [...change.rows] });
    same = way;
  }
  return groups;
}
