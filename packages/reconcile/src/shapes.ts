import type { Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import { CutoverError, type TableSpec } from "@cutover/model";

/** What written rows have in common. They are few, and every row has one. */
export interface Shape {
  readonly table: TableSpec;
  readonly operation: "insert" | "update";
  /** Written columns; for an insert in the order they were hashed. */
  readonly columns: readonly string[];
  /** The columns that find a row. */
  readonly key: readonly string[];
  /** The same for all shapes of one table and key: with the key's values it tells one row of the target. */
  readonly kind: number;
}

/** What has to be known of a system here: the tables that it declares. */
export type Declared = Pick<System, "name" | "tables">;

interface Stored {
  readonly table: string;
  readonly operation: Shape["operation"];
  readonly columns: string;
  readonly key: string;
}

/**
 * A function that gives shapes by their ids.
 *
 * It throws CutoverError `target-schema` for rows of a table that the system no longer declares.
 */
export function shapeFinder(ledger: Ledger, system: Declared): (id: number) => Shape {
  const tables = new Map(system.tables.map((table) => [table.name, table]));
  const kinds = new Map<string, number>();
  const shapes = new Map<number, Shape>();
  const find = ledger.db.prepare('SELECT "table", operation, columns, key FROM shape WHERE id = ?');
  const read = (id: number): Shape => {
    const { table: name, operation, columns, key } = find.get(id) as Stored;
    const table = tables.get(name);
    if (table === undefined) {
      throw new CutoverError("target-schema", `${system.name} no longer declares the table ${name}`, {
        stage: "reconcile",
        remedy: "Declare it again: rows of it were written that have to be looked at.",
      });
    }
    const alike = `${name} ${key}`;
    const kind = kinds.get(alike) ?? kinds.size;
    kinds.set(alike, kind);
    return { table, operation, columns: list(columns), key: list(key), kind };
  };
  return (id) => {
    let shape = shapes.get(id);
    if (shape === undefined) shapes.set(id, (shape = read(id)));
    return shape;
  };
}

const list = (json: string): readonly string[] => JSON.parse(json) as string[];
