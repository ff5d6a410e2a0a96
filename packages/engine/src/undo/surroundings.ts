import type { System } from "@cutover/mapping";
import type { Column, Loader, TableSpec } from "@cutover/model";
import { currentRows, isAsWritten, type RememberedRow } from "../written-rows.js";
import type { TargetRow } from "../load/lookup.js";
import { comparable } from "../load/target-values.js";

/** A column whose values are ids of another table's rows. */
export interface Reference {
  readonly table: TableSpec;
  readonly column: string;
}

/** The part of a real name that comes before the declared one: `mdl_` of `mdl_user`. */
const prefixOf = ({ name, table }: TableSpec): string =>
  table.endsWith(name) ? table.slice(0, table.length - name.length) : "";

/**
 * What the target has around the rows that are taken back: columns nobody declared or wrote, and tables
 * nobody declared. Asked once an undo, so what people fill for the first time while it runs is not seen.
 */
export class Surroundings {
  readonly #loader: Loader;
  readonly #system: System;
  readonly #columns = new Map<TableSpec, readonly Column[]>();
  readonly #references = new Map<TableSpec, readonly Reference[]>();

  constructor(loader: Loader, system: System) {
    this.#loader = loader;
    this.#system = system;
  }

  /**
   * What the target has of the rows now. Of inserted rows also the columns that were not written, as far as
   * it is known what a new row holds there.
   */
  async current(rows: readonly RememberedRow[]): Promise<ReadonlyMap<RememberedRow, TargetRow>> {
    const missing = new Set(rows.map(({ table }) => table).filter((table) => !this.#columns.has(table)));
    if (missing.size > 0) {
      const described = await this.#loader.describe([...missing]);
      for (const table of missing) this.#columns.set(table, described.get(table.name) ?? []);
    }
    return currentRows(this.#loader, rows, (row) => this.#unwritten(row).map(({ name }) => name));
  }

  /** The columns of an inserted row that no longer hold what was written, or what a new row holds; null where none. */
  changed(row: RememberedRow, current: TargetRow): string | null {
    if (!isAsWritten(row, current)) return "changed since";
    const declared = new Map(row.table.columns.map(({ name, type }) => [name, type]));
    const names = this.#unwritten(row)
      .filter((column) => {
        const type = declared.get(column.name) ?? column.type;
        return comparable(current[column.name] ?? null, type) !== comparable(column.default!, type);
      })
      .map(({ name }) => name);
    return names.length === 0 ? null : `changed since: ${names.join(", ")}`;
  }

  /**
   * A column without a known default says nothing: the database computes what it holds (a time, a generated
   * column), so no value in it shows that a person was there. To remember what each new row held would cost
   * every load a second read; the columns people edit have plain defaults. Where a trigger fills a column,
   * that is taken for an edit: the row is kept and listed, never lost.
   */
  #unwritten({ table, operation, columns }: RememberedRow): readonly Column[] {
    if (operation !== "insert") return [];
    return (this.#columns.get(table) ?? []).filter(
      (column) => column.default !== undefined && column.name !== table.id && !columns.includes(column.name),
    );
  }

  /** Where rows hang on a table's rows: as declared, and what `*` finds in the target. */
  async references(table: TableSpec): Promise<readonly Reference[]> {
    const known = this.#references.get(table);
    if (known !== undefined) return known;
    const found = new Map<string, Reference>();
    for (const { table: name, column } of table.dependents) {
      const on = this.#system.tables.find((t) => t.name === name);
      if (on !== undefined) found.set(`${on.table}.${column}`, { table: on, column });
    }
    const anywhere = table.dependents.filter((d) => d.table === "*").map(({ column }) => column);
    if (anywhere.length > 0) {
      const prefix = prefixOf(table);
      const bystanders = new Set((table.bystanders ?? []).map((name) => prefix + name));
      const declared = new Map(this.#system.tables.map((t) => [t.table, t]));
      for (const { table: real, column } of await this.#loader.tablesWithColumn(prefix, anywhere)) {
        const name = `${real}.${column}`;
        // A table's own id is no reference to it.
        if (bystanders.has(real) || found.has(name) || (real === table.table && column === table.id))
          continue;
        found.set(name, { table: declared.get(real) ?? undeclared(real), column });
      }
    }
    const references = [...found.values()];
    this.#references.set(table, references);
    return references;
  }
}

const undeclared = (table: string): TableSpec => ({
  name: table,
  table,
  columns: [],
  dependents: [],
  options: {},
});
