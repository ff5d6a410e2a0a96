import type { Loader, TableSpec, TargetValue } from "@cutover/model";
import { keyText, type TargetRow } from "../load/lookup.js";
import type { RememberedRow } from "../written-rows.js";
import type { Surroundings } from "./surroundings.js";

/** Ids a question to the target. */
const chunk = 1000;

interface HangerOn {
  readonly table: TableSpec;
  readonly column: string;
  /** Where the batch wrote rows of that table too; of others it is enough to know that there is one. */
  readonly row: TargetRow | null;
}

const idOf = (row: RememberedRow): TargetValue | null =>
  row.table.id === undefined ? null : (row.key[row.table.id] ?? null);

const nameOf = (table: TableSpec, by: readonly string[], row: TargetRow): string =>
  `${table.name} ${keyText(table, by, row)}`;

/**
 * The rows that hang on inserted rows by their id, where `dependents` says. Rows that leave together
 * with what they hang on, or hang on it no longer, do not hold it.
 */
export class HangersOn {
  readonly #of = new Map<RememberedRow, HangerOn[]>();
  /** Columns by which the rows of a table are remembered in this batch. */
  readonly #keys = new Map<string, readonly string[]>();
  readonly #leaving = new Set<string>();
  /** Columns of rows that will hold again what they held before. */
  readonly #restored = new Set<string>();

  static async read(
    loader: Loader,
    surroundings: Surroundings,
    rows: readonly RememberedRow[],
  ): Promise<HangersOn> {
    const found = new HangersOn();
    for (const row of rows) found.#keys.set(row.table.name, Object.keys(row.key));
    const byTable = new Map<TableSpec, RememberedRow[]>();
    for (const row of rows.filter((r) => r.operation === "insert" && idOf(r) !== null)) {
      const same = byTable.get(row.table);
      if (same === undefined) byTable.set(row.table, [row]);
      else same.push(row);
    }
    for (const [table, inserted] of byTable) {
      for (const { table: on, column } of await surroundings.references(table)) {
        for (let i = 0; i < inserted.length; i += chunk) {
          await found.#look(loader, on, column, inserted.slice(i, i + chunk));
        }
      }
    }
    return found;
  }

  async #look(
    loader: Loader,
    table: TableSpec,
    column: string,
    inserted: readonly RememberedRow[],
  ): Promise<void> {
    const ids = inserted.map(idOf);
    const byId = new Map(inserted.map((row) => [String(idOf(row)), row]));
    const note = (id: unknown, row: TargetRow | null): void => {
      const on = byId.get(String(id));
      if (on === undefined) return;
      const same = this.#of.get(on);
      if (same === undefined) this.#of.set(on, [{ table, column, row }]);
      else same.push({ table, column, row });
    };
    const by = this.#keys.get(table.name);
    if (by === undefined) {
      for (const id of await loader.present(table, column, ids)) note(id, null);
      return;
    }
    const columns = [...new Set([column, ...by])];
    const rows = await loader.find(
      table,
      [column],
      ids.map((id) => [id]),
      columns,
    );
    for (const row of rows) note(row[column], row);
  }

  /** The row is going to be deleted. */
  leaves(row: RememberedRow): void {
    this.#leaving.add(nameOf(row.table, Object.keys(row.key), row.key));
  }

  /** Columns of the row get back what they held: by them it no longer hangs on anything that was made. */
  lets(row: RememberedRow, columns: readonly string[]): void {
    const name = nameOf(row.table, Object.keys(row.key), row.key);
    for (const column of columns) this.#restored.add(`${name} ${column}`);
  }

  /** `table.column` of a row that hangs on this one and stays; null where there is none. */
  holding(row: RememberedRow): string | null {
    const stays = this.#of.get(row)?.find(({ table, column, row: hanger }) => {
      const by = this.#keys.get(table.name);
      if (by === undefined || hanger === null) return true;
      const name = nameOf(table, by, hanger);
      return !this.#leaving.has(name) && !this.#restored.has(`${name} ${column}`);
    });
    return stays === undefined ? null : `${stays.table.name}.${stays.column}`;
  }
}
