import type { OutRow } from "@cutover/mapping";
import type { Insert, TableSpec, TargetValue, Update } from "@cutover/model";
import { keyText, type Key, type TargetRow } from "./lookup.js";
import { changedColumns, hashOfRow, valuesToJson } from "./target-values.js";

/** A target row about to be written, as the ledger remembers it. */
export interface WrittenRow {
  readonly record: number;
  readonly table: TableSpec;
  readonly operation: "insert" | "update";
  /** Written columns, in the order they are hashed. */
  readonly columns: readonly string[];
  /** JSON of the id or the natural key. */
  readonly rowKey: string;
  readonly hash: Buffer | null;
  readonly before: string | null;
  readonly after: string | null;
}

interface PendingInsert {
  readonly record: number;
  readonly table: TableSpec;
  readonly key: Key;
  readonly values: Record<string, TargetValue>;
}

interface PendingUpdate {
  readonly record: number;
  readonly table: TableSpec;
  readonly where: Key;
  readonly before: Record<string, TargetValue>;
  readonly set: Record<string, TargetValue>;
}

/** How a row is found again: by its id where it has one, else by its natural key, else by all it holds. */
const keyOf = (row: OutRow, id: number | null): Key =>
  row.table.id !== undefined && id !== null ? { [row.table.id]: id } : (row.find ?? row.values);

const identity = (table: TableSpec, key: Key): string =>
  `${table.name}\u001f${keyText(table, Object.keys(key), key)}`;

/**
 * Gathers what a batch changes, row by row. Two records that write the same row (a person's place in a
 * course, told by two enrollments) change one pending row: the later one wins, as it would in two batches.
 */
export class RowChanges {
  readonly #inserts = new Map<string, PendingInsert>();
  readonly #byNaturalKey = new Map<string, PendingInsert>();
  readonly #updates = new Map<string, PendingUpdate>();

  /** The row this batch is about to make with that natural key. */
  pending(table: TableSpec, find: Key): boolean {
    return this.#byNaturalKey.has(identity(table, find));
  }

  insert(record: number, row: OutRow, id: number | null): void {
    const known = row.find === null ? undefined : this.#byNaturalKey.get(identity(row.table, row.find));
    if (known !== undefined) {
      Object.assign(known.values, withoutNew(row));
      return;
    }
    const { table } = row;
    const values = { ...(table.id !== undefined && id !== null ? { [table.id]: id } : {}), ...row.values };
    const pending = { record, table, key: keyOf(row, id), values };
    this.#inserts.set(`${this.#inserts.size}`, pending);
    if (row.find !== null) this.#byNaturalKey.set(identity(table, row.find), pending);
  }

  /** Changes the columns that differ from what the target has; nothing where none does. */
  update(record: number, row: OutRow, current: TargetRow): void {
    const { table } = row;
    const id = table.id === undefined ? null : Number(current[table.id]);
    const where = keyOf(row, id);
    const name = identity(table, where);
    const pending = this.#updates.get(name);
    const wanted = withoutNew(row);
    const changed = changedColumns(table, wanted, { ...current, ...pending?.set });
    if (changed.length === 0) return;
    const update = pending ?? { record, table, where, before: {}, set: {} };
    for (const column of changed) {
      if (!(column in update.before)) update.before[column] = (current[column] ?? null) as TargetValue;
      update.set[column] = wanted[column]!;
    }
    this.#updates.set(name, update);
  }

  /** Inserts in the order of the mapping's tables, rows of the same columns together. */
  inserts(tables: readonly TableSpec[]): readonly Insert[] {
    const groups = new Map<string, { table: TableSpec; columns: readonly string[]; rows: TargetValue[][] }>();
    for (const { table, values } of this.#inserts.values()) {
      const columns = Object.keys(values);
      const name = `${table.name}\u001f${columns.join("\u001f")}`;
      const group = groups.get(name) ?? { table, columns, rows: [] };
      group.rows.push(columns.map((column) => values[column]!));
      groups.set(name, group);
    }
    const place = (table: TableSpec): number => tables.findIndex((t) => t.name === table.name);
    return [...groups.values()].toSorted((a, b) => place(a.table) - place(b.table));
  }

  updates(): readonly Update[] {
    return [...this.#updates.values()].map(({ table, where, set }) => ({ table, where, set }));
  }

  /** What the ledger remembers: hashes of what is made, images of what is changed. */
  written(tables: readonly TableSpec[]): readonly WrittenRow[] {
    const place = (table: TableSpec): number => tables.findIndex((t) => t.name === table.name);
    const made = [...this.#inserts.values()]
      .toSorted((a, b) => place(a.table) - place(b.table))
      .map(({ record, table, key, values }): WrittenRow => {
        const columns = Object.keys(values);
        return {
          record,
          table,
          operation: "insert",
          columns,
          rowKey: valuesToJson(key),
          hash: hashOfRow(table, columns, values),
          before: null,
          after: null,
        };
      });
    const changed = [...this.#updates.values()].map(({ record, table, where, before, set }): WrittenRow => ({
      record,
      table,
      operation: "update",
      columns: Object.keys(set),
      rowKey: valuesToJson(where),
      hash: null,
      before: valuesToJson(before),
      after: valuesToJson(set),
    }));
    return [...made, ...changed];
  }
}

function withoutNew(row: OutRow): Readonly<Record<string, TargetValue>> {
  if (row.onlyNew.length === 0) return row.values;
  return Object.fromEntries(Object.entries(row.values).filter(([column]) => !row.onlyNew.includes(column)));
}
