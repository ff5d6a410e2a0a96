import { CutoverError, nearest, type TableSpec } from "@cutover/model";
import type { Session, ShapeColumn, TableShape } from "@cutover/sql";

/** What the target's tables look like, asked once. */
export class Shapes {
  readonly #known = new Map<string, TableShape>();

  /** Whether writes to all tables seen so far can be rolled back. */
  get transactional(): boolean {
    return [...this.#known.values()].every((shape) => shape.transactional);
  }

  /** Asks again, and returns what there is. */
  async refresh(session: Session, tables: readonly TableSpec[]): Promise<ReadonlyMap<string, TableShape>> {
    const found = await session.shapes([...new Set(tables.map((table) => table.table))]);
    for (const table of tables) {
      const shape = found.get(table.table);
      if (shape === undefined) this.#known.delete(table.table);
      else this.#known.set(table.table, shape);
    }
    return found;
  }

  /** @throws CutoverError `target-schema` for a table the target does not have. */
  async of(session: Session, table: TableSpec): Promise<TableShape> {
    const known = this.#known.get(table.table) ?? (await this.refresh(session, [table])).get(table.table);
    if (known !== undefined) return known;
    throw new CutoverError("target-schema", `the target has no table ${table.table}`, { stage: "load" });
  }
}

/** The column of a table by name. */
export function columnOf(shape: TableShape, name: string): ShapeColumn {
  const column = shape.columns.find((c) => c.name === name);
  if (column !== undefined) return column;
  const near = nearest(
    name,
    shape.columns.map((c) => c.name),
  );
  throw new CutoverError("target-schema", `the target's table ${shape.table} has no column ${name}`, {
    stage: "load",
    remedy: near === null ? undefined : `Did you mean \`${near}\`?`,
  });
}
