import {
  hasKeys,
  type Delete,
  type Insert,
  type TableSpec,
  type TargetValue,
  type Update,
  type WriteBatch,
} from "@cutover/model";
import type { Parameter, TableShape } from "@cutover/sql";
import { encoderOf } from "./encode.js";
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
type Values = Readonly<Record<string, TargetValue>>;

/** @throws RowRejected for a value that the target would not keep as it is. */
export function prepare(batch: WriteBatch, shapeOf: ShapeOf): Writes {
  return {
    inserts: batch.inserts
      .filter((insert) => insert.rows.length > 0)
      .map((insert) => prepareInsert(insert, shapeOf)),
    changes: [
      ...prepareChanges("update", batch.updates, shapeOf),
      ...prepareChanges("delete", batch.deletes, shapeOf),
    ],
  };
}

function prepareInsert({ table, columns, rows }: Insert, shapeOf: ShapeOf): InsertWrite {
  const shape = shapeOf(table.table);
  const encoders = columns.map((name) => encoderOf(columnOf(shape, name), shape.table));
  return {
    shape,
    columns,
    rows: rows.map((row) => encodedRow(row, encoders)),
  };
}

/** A row as its columns take it; most rows are what they are. */
function encodedRow(
  row: readonly TargetValue[],
  encoders: readonly ReturnType<typeof encoderOf>[],
): readonly Parameter[] {
  let encoded: Parameter[] | null = null;
  for (let i = 0; i < encoders.length; i++) {
    const given = row[i] ?? null;
    const parameter = encoders[i]!(given);
    if (parameter !== given) encoded ??= row.slice(0, i) as Parameter[];
    encoded?.push(parameter);
  }
  return encoded ?? (row as readonly Parameter[]);
}

/** Neighbours that are written in the same way become one change of many rows; of updates also those further apart. */
function prepareChanges(
  kind: Change["kind"],
  changes: readonly (Update | Delete)[],
  shapeOf: ShapeOf,
): readonly Change[] {
  const ways: Way[] = [];
  for (const change of changes) {
    const set = "set" in change ? change.set : {};
    let way = ways.at(-1);
    if (way === undefined || !way.takes(change.table, set, change.where)) {
      ways.push((way = new Way(kind, shapeOf(change.table.table), set, change.where)));
    }
    way.add(set, change.where);
  }
  // What hangs on a row is deleted before it.
  return kind === "update" && isOrderFree(ways) ? together(ways) : ways;
}

/** Whether no row is changed twice, as far as that can be told: else the order counts. */
function isOrderFree(ways: readonly Way[]): boolean {
  const keyed = new Map<string, string>();
  const rows = new Set<string>();
  let count = 0;
  for (const { shape, where, nulls, rows: changed } of ways) {
    const key = JSON.stringify(where);
    if ((keyed.get(shape.table) ?? key) !== key) return false;
    keyed.set(shape.table, key);
    for (const row of changed) rows.add(JSON.stringify([shape.table, nulls, row.by.map(String)]));
    count += changed.length;
  }
  return rows.size === count;
}

/** The same with one way for all that are alike, in the order in which they came first. */
function together(ways: readonly Way[]): readonly Way[] {
  const alike = new Map<string, Way>();
  for (const way of ways) {
    const name = JSON.stringify([way.shape.table, way.set, way.nulls]);
    const first = alike.get(name);
    if (first === undefined) alike.set(name, way);
    else for (const row of way.rows) first.rows.push(row);
  }
  return [...alike.values()];
}

/** One way of writing rows: the same columns set, by the same columns, of which the same are null. */
class Way implements Change {
  readonly kind: Change["kind"];
  readonly shape: TableShape;
  readonly set: readonly string[];
  readonly by: readonly string[];
  readonly nulls: readonly string[];
  readonly rows: ChangedRow[] = [];
  /** The columns that find a row, in the order of the changes. */
  readonly where: readonly string[];
  readonly #encodeSet: (values: Values) => Parameter[];
  readonly #encodeBy: (values: Values) => Parameter[];

  constructor(kind: Change["kind"], shape: TableShape, set: Values, where: Values) {
    this.kind = kind;
    this.shape = shape;
    this.set = Object.keys(set);
    this.where = Object.keys(where);
    if (this.where.length === 0) throw new RangeError("a row without a key would be every row");
    this.by = this.where.filter((name) => where[name] !== null);
    this.nulls = this.where.filter((name) => where[name] === null);
    for (const name of this.nulls) columnOf(shape, name);
    this.#encodeSet = encoding(shape, this.set);
    this.#encodeBy = encoding(shape, this.by);
  }

  takes(table: TableSpec, set: Values, where: Values): boolean {
    return (
      table.table === this.shape.table &&
      hasKeys(set, this.set) &&
      hasKeys(where, this.where) &&
      this.by.every((name) => where[name] !== null) &&
      this.nulls.every((name) => where[name] === null)
    );
  }

  add(set: Values, where: Values): void {
    this.rows.push({ set: this.#encodeSet(set), by: this.#encodeBy(where) });
  }
}

function encoding(shape: TableShape, names: readonly string[]): (values: Values) => Parameter[] {
  const encoders = names.map((name) => [name, encoderOf(columnOf(shape, name), shape.table)] as const);
  return (values) => encoders.map(([name, encode]) => encode(values[name] ?? null));
}
