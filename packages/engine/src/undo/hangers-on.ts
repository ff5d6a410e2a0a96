import type { System } from "@cutover/mapping";
import type { Loader, TableSpec, TargetValue } from "@cutover/model";
import { keyText, type TargetRow } from "../load/lookup.js";
import type { RememberedRow } from "../written-rows.js";

interface HangerOn {
  readonly table: TableSpec;
  readonly column: string;
  readonly row: TargetRow;
}

const idOf = (row: RememberedRow): TargetValue | null =>
  row.table.id === undefined ? null : (row.key[row.table.id] ?? null);

/**
 * The rows that hang on inserted rows by their id, as declared in `dependents`. Rows that leave together
 * with what they hang on do not hold it.
 */
export class HangersOn {
  readonly #of = new Map<RememberedRow, HangerOn[]>();
  /** Columns by which the rows of a table are remembered in this batch. */
  readonly #keys = new Map<string, readonly string[]>();
  readonly #leaving = new Set<string>();

  static async read(loader: Loader, system: System, rows: readonly RememberedRow[]): Promise<HangersOn> {
    const found = new HangersOn();
    for (const row of rows) found.#keys.set(row.table.name, Object.keys(row.key));
    const byTable = new Map<TableSpec, RememberedRow[]>();
    for (const row of rows.filter((r) => r.operation === "insert" && idOf(r) !== null)) {
      const same = byTable.get(row.table);
      if (same === undefined) byTable.set(row.table, [row]);
      else same.push(row);
    }
    for (const [table, inserted] of byTable) {
      for (const dependent of table.dependents) {
        const on = system.tables.find((t) => t.name === dependent.table);
        if (on !== undefined) await found.#look(loader, on, dependent.column, inserted);
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
    const columns = [...new Set([column, ...(this.#keys.get(table.name) ?? [])])];
    const rows = await loader.find(
      table,
      [column],
      inserted.map((row) => [idOf(row)]),
      columns,
    );
    const byId = new Map(inserted.map((row) => [String(idOf(row)), row]));
    for (const row of rows) {
      const on = byId.get(String(row[column]));
      if (on === undefined) continue;
      const same = this.#of.get(on);
      if (same === undefined) this.#of.set(on, [{ table, column, row }]);
      else same.push({ table, column, row });
    }
  }

  /** The row is going to be deleted. */
  leaves(row: RememberedRow): void {
    this.#leaving.add(`${row.table.name} ${keyText(row.table, Object.keys(row.key), row.key)}`);
  }

  /** `table.column` of a row that hangs on this one and stays; null where there is none. */
  holding(row: RememberedRow): string | null {
    const stays = this.#of.get(row)?.find(({ table, row: hanger }) => {
      const by = this.#keys.get(table.name);
      return by === undefined || !this.#leaving.has(`${table.name} ${keyText(table, by, hanger)}`);
    });
    return stays === undefined ? null : `${stays.table.name}.${stays.column}`;
  }
}
