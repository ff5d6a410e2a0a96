import type { Delete, Insert, TargetValue, Update, WriteBatch } from "@cutover/model";
import { quoteName, type Dialect, type Parameter, type TableShape } from "@cutover/sql";
import { encode } from "./encode.js";
import { columnOf } from "./shapes.js";

/** Rows that one statement's text writes, each row with its parameters. */
export interface Write {
  readonly shape: TableShape;
  readonly sql: string;
  readonly rows: readonly (readonly Parameter[])[];
}

export interface InsertWrite {
  readonly shape: TableShape;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Parameter[])[];
}

/** A batch as the target takes it: everything is computed and checked before the first row is written. */
export interface Writes {
  readonly inserts: readonly InsertWrite[];
  readonly updates: readonly Write[];
  readonly deletes: readonly Write[];
}

type ShapeOf = (table: string) => TableShape;

/** @throws RowRejected for a value that the target would not keep as it is. */
export function prepare(batch: WriteBatch, shapeOf: ShapeOf, dialect: Dialect): Writes {
  return {
    inserts: batch.inserts
      .filter((insert) => insert.rows.length > 0)
      .map((insert) => prepareInsert(insert, shapeOf)),
    updates: grouped(batch.updates.map((update) => prepareUpdate(update, shapeOf, dialect))),
    deletes: grouped(batch.deletes.map((row) => prepareDelete(row, shapeOf, dialect))),
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

function prepareUpdate({ table, set, where }: Update, shapeOf: ShapeOf, dialect: Dialect): Write {
  const shape = shapeOf(table.table);
  const parameters: Parameter[] = [];
  const assignments = Object.entries(set).map(([name, value]) => {
    parameters.push(encode(value, columnOf(shape, name), shape.table));
    return `${quoteName(name)} = ${dialect.placeholder(parameters.length)}`;
  });
  const condition = conditionOf(where, shape, dialect, parameters);
  const sql = `UPDATE ${quoteName(shape.table)} SET ${assignments.join(", ")} WHERE ${condition}`;
  return { shape, sql, rows: [parameters] };
}

function prepareDelete({ table, where }: Delete, shapeOf: ShapeOf, dialect: Dialect): Write {
  const shape = shapeOf(table.table);
  const parameters: Parameter[] = [];
  const condition = conditionOf(where, shape, dialect, parameters);
  return { shape, sql: `DELETE FROM ${quoteName(shape.table)} WHERE ${condition}`, rows: [parameters] };
}

/** The condition that finds exactly one row's key; its parameters follow those that are there. */
function conditionOf(
  where: Readonly<Record<string, TargetValue>>,
  shape: TableShape,
  dialect: Dialect,
  parameters: Parameter[],
): string {
  const parts = Object.entries(where).map(([name, value]) => {
    const quoted = quoteName(name);
    const column = columnOf(shape, name);
    const encoded = encode(value, column, shape.table);
    if (encoded === null) return `${quoted} IS NULL`;
    if (column.type !== "text" && column.type !== "json") {
      parameters.push(encoded);
      return `${quoted} = ${dialect.placeholder(parameters.length)}`;
    }
    const [text, uses] = dialect.exactly(quoted, dialect.placeholder(parameters.length + 1));
    for (let i = 0; i < uses; i++) parameters.push(encoded);
    return text;
  });
  if (parts.length === 0) throw new RangeError("a row without a key would be every row");
  return parts.join(" AND ");
}

/** Neighbours of the same text become one statement that is prepared once. */
function grouped(writes: readonly Write[]): Write[] {
  const groups: { shape: TableShape; sql: string; rows: (readonly Parameter[])[] }[] = [];
  for (const write of writes) {
    const last = groups.at(-1);
    if (last?.sql === write.sql) last.rows.push(...write.rows);
    else groups.push({ ...write, rows: [...write.rows] });
  }
  return groups;
}
