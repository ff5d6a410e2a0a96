import type { RowSource } from "@cutover/ledger";
import type { OutRow } from "@cutover/mapping";
import { hasKeys, type Insert, type TableSpec, type TargetValue, type Update } from "@cutover/model";
import { keyText, naturalKey, type Key, type TargetRow } from "./lookup.js";
import { changedColumns, hasherOf, keptKey, storedKey, valuesToJson } from "./target-values.js";

/** A target row about to be written, as the ledger remembers it. */
type WrittenRow = readonly [
  record: number,
  rowKey: string | bigint,
  hash: Uint8Array | null,
  before: string | null,
  after: string | null,
];

/** Rows that are written alike, in the order of writing. */
export interface WrittenRows {
  readonly table: TableSpec;
  readonly operation: "insert" | "update";
  /** Written columns, in the order they are hashed. */
  readonly columns: readonly string[];
  /** The columns that find a row: its id, or its natural key. */
  readonly keyColumns: readonly string[];
  /**
   * Of each row: its record, its key, its hash, and what it held before and after. Where the hashes come together
   * (told once), of each its record and its key.
   */
  readonly rows: RowSource;
}

interface PendingInsert {
  readonly record: number;
  readonly keyColumns: readonly string[];
  readonly rowKey: string | number;
  readonly values: TargetValue[];
}

/** Rows of one table with the same columns. */
interface InsertGroup {
  readonly table: TableSpec;
  /** The generated id, where it is given, comes first. */
  readonly columns: readonly string[];
  readonly hasId: boolean;
  readonly hash: (values: readonly TargetValue[]) => Buffer;
  /** The columns that its rows are found by, each list of them once. */
  readonly keys: (readonly string[])[];
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

const identity = (table: TableSpec, key: Key): string => keyText(table, Object.keys(key), key);

/**
 * Gathers what a batch changes, row by row. Two records that write the same row (a person's place in a
 * course, told by two enrollments) change one pending row: the later one wins, as it would in two batches.
 */
export class RowChanges {
  /** Groups of each table: one for every set of columns its rows come with. */
  readonly #groups = new Map<TableSpec, InsertGroup[]>();
  readonly #byNaturalKey = new Map<
    TableSpec,
    Map<string, { readonly group: InsertGroup; readonly row: PendingInsert }>
  >();
  readonly #updates = new Map<TableSpec, Map<string, PendingUpdate>>();

  /** Whether this batch is about to make a row with that natural key. */
  pending(table: TableSpec, find: Key): boolean {
    return this.#byNaturalKey.get(table)?.has(identity(table, find)) ?? false;
  }

  insert(record: number, row: OutRow, id: number | null): void {
    const { table } = row;
    const find = naturalKey(row);
    const natural = find === null ? null : identity(table, find);
    const known = natural === null ? undefined : this.#byNaturalKey.get(table)?.get(natural);
    if (known !== undefined) {
      overwrite(known.group, known.row, row);
      return;
    }
    const group = this.#group(row, id);
    const values: TargetValue[] = group.hasId ? [id] : [];
    for (const name in row.values) values.push(row.values[name]!);
    const key = group.hasId ? null : (find ?? row.values);
    const pending = {
      record,
      keyColumns: key === null ? group.keys[0]! : keyColumnsOf(group, key),
      rowKey: key === null ? id! : storedKey(key),
      values,
    };
    group.rows.push(pending);
    if (natural === null) return;
    let named = this.#byNaturalKey.get(table);
    if (named === undefined) this.#byNaturalKey.set(table, (named = new Map()));
    named.set(natural, { group, row: pending });
  }

  #group({ table, values }: OutRow, id: number | null): InsertGroup {
    const hasId = table.id !== undefined && id !== null;
    let groups = this.#groups.get(table);
    if (groups === undefined) this.#groups.set(table, (groups = []));
    for (const group of groups) {
      if (group.hasId === hasId && hasKeys(values, group.columns, hasId ? 1 : 0)) return group;
    }
    const own = Object.keys(values);
    const columns = hasId ? [table.id!, ...own] : own;
    const keys = hasId ? [[table.id!]] : [];
    const group = { table, columns, hasId, hash: hasherOf(table, columns), keys, rows: [] };
    groups.push(group);
    return group;
  }

  /** Changes the columns that differ from what the target has; nothing where none does. */
  update(record: number, row: OutRow, current: TargetRow): void {
    const { table } = row;
    const id = table.id === undefined ? null : Number(current[table.id]);
    const where = keyOf(row, id);
    const name = `${Object.keys(where).join(" ")}\u001f${identity(table, where)}`;
    let updates = this.#updates.get(table);
    if (updates === undefined) this.#updates.set(table, (updates = new Map()));
    const pending = updates.get(name);
    const wanted = withoutNew(row);
    const changed = changedColumns(table, wanted, { ...current, ...pending?.set });
    if (changed.length === 0) return;
    const update = pending ?? { record, table, where, before: {}, set: {} };
    for (const column of changed) {
      if (!(column in update.before)) update.before[column] = (current[column] ?? null) as TargetValue;
      update.set[column] = wanted[column]!;
    }
    updates.set(name, update);
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
    return this.#changed().map(({ table, where, set }) => ({ table, where, set }));
  }

  #changed(): readonly PendingUpdate[] {
    return [...this.#updates.values()].flatMap((updates) => [...updates.values()]);
  }

  /** What the ledger remembers: hashes of what is made, images of what is changed. */
  written(tables: readonly TableSpec[]): readonly WrittenRows[] {
    const written: (Omit<WrittenRows, "rows"> & { readonly list: WrittenRow[] })[] = [];
    /** The rows that a row continues, or new ones. */
    const likeLast = (
      rows: Omit<WrittenRows, "rows">,
      isAlike: (last: Omit<WrittenRows, "rows">) => boolean,
    ): WrittenRow[] => {
      const last = written.at(-1);
      if (last !== undefined && isAlike(last)) return last.list;
      const next = { ...rows, list: [] };
      written.push(next);
      return next.list;
    };
    for (const { table, columns, hash, rows } of this.#ordered(tables)) {
      for (const { record, keyColumns, rowKey, values } of rows) {
        likeLast(
          { table, operation: "insert", columns, keyColumns },
          (last) => last.columns === columns && last.keyColumns === keyColumns,
        ).push([record, keptKey(rowKey), hash(values), null, null]);
      }
    }
    for (const { record, table, where, before, set } of this.#changed()) {
      const [columns, keyColumns] = [Object.keys(set), Object.keys(where)];
      likeLast(
        { table, operation: "update", columns, keyColumns },
        (last) =>
          last.operation === "update" &&
          last.table === table &&
          hasKeys(set, last.columns) &&
          hasKeys(where, last.keyColumns),
      ).push([record, keptKey(storedKey(where)), null, valuesToJson(before), valuesToJson(set)]);
    }
    return written.map(({ list, ...alike }) => ({
      ...alike,
      rows: { length: list.length, put: (values, place) => void values.push(...list[place]!) },
    }));
  }
}

/** The columns that find a row, as a list that rows of the group share. */
function keyColumnsOf({ keys }: InsertGroup, key: Key): readonly string[] {
  for (const columns of keys) if (hasKeys(key, columns)) return columns;
  const columns = Object.keys(key);
  keys.push(columns);
  return columns;
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
