import type { OutRow } from "@cutover/mapping";
import type { Insert, TableSpec, TargetValue, Update } from "@cutover/model";
import { keyText, naturalKey, type Key, type TargetRow } from "./lookup.js";
import { changedColumns, hashOfValues, storedKey, valuesToJson } from "./target-values.js";

/** A target row about to be written, as the ledger remembers it. */
export interface WrittenRow {
  readonly record: number;
  readonly table: TableSpec;
  readonly operation: "insert" | "update";
  /** Written columns, in the order they are hashed. */
  readonly columns: readonly string[];
  /** The id or the natural key: its columns, and their values as the ledger keeps them. */
  readonly keyColumns: readonly string[];
  readonly rowKey: string | number;
  readonly hash: Buffer | null;
  readonly before: string | null;
  readonly after: string | null;
}

interface PendingInsert {
  readonly record: number;
  readonly key: Key;
  readonly values: TargetValue[];
}

/** Rows of one table with the same columns. */
interface InsertGroup {
  readonly table: TableSpec;
  readonly columns: readonly string[];
  readonly rows: PendingInsert[];
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
  row.table.id !== undefined && id !== null ? { [row.table.id]: id } : (naturalKey(row) ?? row.values);

const identity = (table: TableSpec, key: Key): string =>
  `${table.name}\u001f${keyText(table, Object.keys(key), key)}`;

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

/**
 * Gathers what a batch changes, row by row. Two records that write the same row (a person's place in a
 * course, told by two enrollments) change one pending row: the later one wins, as it would in two batches.
 */
export class RowChanges {
  /** Groups of each table: one for every set of columns its rows come with. */
  readonly #groups = new Map<string, readonly InsertGroup[]>();
  readonly #byNaturalKey = new Map<string, { readonly group: InsertGroup; readonly row: PendingInsert }>();
  readonly #updates = new Map<string, PendingUpdate>();

  /** Whether this batch is about to make a row with that natural key. */
  pending(table: TableSpec, find: Key): boolean {
    return this.#byNaturalKey.has(identity(table, find));
  }

  insert(record: number, row: OutRow, id: number | null): void {
    const find = naturalKey(row);
    const natural = find === null ? null : identity(row.table, find);
    const known = natural === null ? undefined : this.#byNaturalKey.get(natural);
    if (known !== undefined) {
      overwrite(known.group, known.row, row);
      return;
    }
    const group = this.#group(row, id);
    const values = Object.values(row.values);
    if (group.columns.length > values.length) values.unshift(id);
    const pending = { record, key: keyOf(row, id), values };
    group.rows.push(pending);
    if (natural !== null) this.#byNaturalKey.set(natural, { group, row: pending });
  }

  #group({ table, values }: OutRow, id: number | null): InsertGroup {
    const own = Object.keys(values);
    const columns = table.id !== undefined && id !== null ? [table.id, ...own] : own;
    const groups = this.#groups.get(table.name) ?? [];
    const known = groups.find((group) => isSame(group.columns, columns));
    if (known !== undefined) return known;
    const group = { table, columns, rows: [] };
    this.#groups.set(table.name, [...groups, group]);
    return group;
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

  /** Groups in the order of the mapping's tables: what is referred to comes first. */
  #ordered(tables: readonly TableSpec[]): readonly InsertGroup[] {
    const place = (table: TableSpec): number => tables.findIndex((t) => t.name === table.name);
    return [...this.#groups.values()].flat().toSorted((a, b) => place(a.table) - place(b.table));
  }

  inserts(tables: readonly TableSpec[]): readonly Insert[] {
    return this.#ordered(tables).map(({ table, columns, rows }) => ({
      table,
      columns,
      rows: rows.map(({ values }) => values),
    }));
  }

  updates(): readonly Update[] {
    return [...this.#updates.values()].map(({ table, where, set }) => ({ table, where, set }));
  }

  /** What the ledger remembers: hashes of what is made, images of what is changed. */
  written(tables: readonly TableSpec[]): readonly WrittenRow[] {
    const made = this.#ordered(tables).flatMap(({ table, columns, rows }) =>
      rows.map(({ record, key, values }): WrittenRow => {
        const hash = hashOfValues(table, columns, values);
        return {
          record,
          table,
          operation: "insert",
          columns,
          keyColumns: Object.keys(key),
          rowKey: storedKey(key),
          hash,
          before: null,
          after: null,
        };
      }),
    );
    const changed = [...this.#updates.values()].map(({ record, table, where, before, set }): WrittenRow => ({
      record,
      table,
      operation: "update",
      columns: Object.keys(set),
      keyColumns: Object.keys(where),
      rowKey: storedKey(where),
      hash: null,
      before: valuesToJson(before),
      after: valuesToJson(set),
    }));
    return [...made, ...changed];
  }
}

/** Writes a later row's columns over those of a pending one. */
function overwrite({ columns }: InsertGroup, pending: PendingInsert, row: OutRow): void {
  for (const [column, value] of Object.entries(withoutNew(row))) {
    const place = columns.indexOf(column);
    if (place >= 0) pending.values[place] = value;
  }
}

function withoutNew(row: OutRow): Readonly<Record<string, TargetValue>> {
  if (row.onlyNew.length === 0) return row.values;
  return Object.fromEntries(Object.entries(row.values).filter(([column]) => !row.onlyNew.includes(column)));
}
