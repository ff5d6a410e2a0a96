import { setImmediate as nextTurn } from "node:timers/promises";
import type { OutgoingPage } from "@cutover/intake";
import { hashAt } from "@cutover/ledger";
import { IdsExhausted, type OutboundMapping, type RowColumns } from "@cutover/mapping";
import type { Insert, Loader, TableSpec, TargetValue, WriteBatch } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { Attempt } from "./attempt.js";
import type { Prepared } from "./prepare-batch.js";
import type { WrittenRows } from "./row-changes.js";
import { comparable, hashesOfRows, storedValues, typesOf } from "./target-values.js";
import type { TargetMemory } from "./target-memory.js";

/** The natural keys of new rows, as texts, by the names of their tables. */
type Keys = ReadonlyMap<string, ReadonlySet<string>>;

/** A batch of nothing but new rows, each of one record. */
export interface PlainBatch extends Prepared {
  readonly keys: Keys;
}

/** A batch that the target is still at work on. */
export interface Before {
  readonly attempt: Attempt;
  readonly written: WriteBatch;
  /** Null where it may have changed rows that were there. */
  readonly keys: Keys | null;
}

/** New rows of one table, and what finds them. */
interface NewRows extends Insert {
  readonly records: readonly number[];
  readonly ids: readonly number[] | null;
  readonly find: readonly string[] | null;
  /** The natural keys of the rows. */
  readonly keys: readonly (readonly TargetValue[])[];
}

/**
 * The short way of a page to a batch, column by column: for records that the target does not have, and of which
 * there is nothing to say. Null where there is, or where that cannot be told while the target is still at work on
 * the batch before: then they are looked at one by one, which of such records comes to the same end.
 */
export async function plainBatch(
  loader: Loader,
  memory: TargetMemory,
  { mapping }: Outbound,
  page: OutgoingPage,
  before: Before | null = null,
): Promise<PlainBatch | null> {
  if (mapping.plain === null || !page.isNew || page.hasLost) return null;
  const made = await make(loader, memory, mapping, page, before);
  if (made === null) return null;
  const { attempt, targetKeys, rows } = made;
  const keys = keysOf(rows);
  if (keys === null || isTouched(rows, keys, before)) {
    attempt.giveUp();
    return null;
  }
  await nextTurn();
  const written = rows.map(writtenOf);
  await nextTurn();
  for (const { table, find, keys: asked } of rows) {
    if (find === null || (await loader.find(table, find, asked, find)).length === 0) continue;
    attempt.giveUp();
    return null;
  }
  return {
    attempt,
    batch: { inserts: rows, updates: [], deletes: [] },
    written,
    records: page.ids.map((id, place) => ({
      id,
      targetKey: targetKeys[place]!,
      isNew: true,
      issues: [],
      deferred: [],
    })),
    refused: [],
    keys,
  };
}

interface Made {
  readonly attempt: Attempt;
  readonly targetKeys: readonly string[];
  readonly rows: readonly NewRows[];
}

/** Computes the rows. Ids that run out are reserved; while the target is at work on a batch, they are not waited for. */
async function make(
  loader: Loader,
  memory: TargetMemory,
  { plain, tables }: OutboundMapping,
  page: OutgoingPage,
  before: Before | null,
): Promise<Made | null> {
  for (;;) {
    const attempt = memory.attempt(before?.attempt);
    try {
      const computed = plain!.rows(page, (table) => attempt.nextId(table));
      const rows = computed === null ? null : newRows(computed.rows, page.ids, tables, attempt);
      if (computed !== null && rows !== null) return { attempt, targetKeys: computed.targetKeys, rows };
      attempt.giveUp();
      return null;
    } catch (cause) {
      attempt.giveUp();
      if (!(cause instanceof IdsExhausted)) throw cause;
      if (before !== null) return null;
      await memory.reserve(loader, cause.table, page.length);
    }
  }
}

/** The rows as they are written, what is referred to first; null where a row has nothing that finds it alone. */
function newRows(
  columns: readonly RowColumns[],
  records: readonly number[],
  tables: readonly TableSpec[],
  attempt: Attempt,
): readonly NewRows[] | null {
  const names = columns.map(({ table }) => table.table);
  if (new Set(names).size < names.length) return null;
  const place = ({ table }: RowColumns): number => tables.findIndex(({ name }) => name === table.name);
  const rows: NewRows[] = [];
  for (const some of columns.toSorted((a, b) => place(a) - place(b))) {
    const made = newRowsOf(some, records, attempt);
    if (made === null) return null;
    if (made.rows.length > 0) rows.push(made);
  }
  return rows;
}

function newRowsOf(
  { table, of, ids: own, columns, values, find }: RowColumns,
  records: readonly number[],
  attempt: Attempt,
): NewRows | null {
  if (table.id === undefined && find === null) return null;
  const written = of === null ? records : of.map((place) => records[place]!);
  const ids = table.id === undefined ? null : (own ?? written.map(() => attempt.nextId(table)));
  const rows: TargetValue[][] = [];
  for (let i = 0; i < written.length; i += 1) {
    const row: TargetValue[] = ids === null ? [] : [ids[i]!];
    for (let k = 0; k < values.length; k += 1) row.push(values[k]![i]!);
    rows.push(row);
  }
  const found = find?.map((name) => values[columns.indexOf(name)]) ?? [];
  const keys = find === null ? [] : written.map((_, i) => found.map((column) => column?.[i] ?? null));
  if (keys.some((key) => key.every((value) => value === null))) return null;
  const all = ids === null ? columns : [table.id!, ...columns];
  return { table, columns: all, rows, records: written, ids, find, keys };
}

/** Null where two of the rows have the same natural key. */
function keysOf(rows: readonly NewRows[]): Keys | null {
  const keys = new Map<string, ReadonlySet<string>>();
  for (const { table, find, keys: own } of rows) {
    const types = find?.map((name) => typesOf(table).get(name)) ?? [];
    const text = (key: readonly TargetValue[]): string =>
      key.map((value, k) => comparable(value, types[k]) ?? "\0").join("\u001f");
    const texts = new Set(own.map(text));
    if (texts.size < own.length) return null;
    keys.set(table.table, texts);
  }
  return keys;
}

/** Whether the batch before has to do with what the target is asked about: then its answer would not hold. */
function isTouched(rows: readonly NewRows[], keys: Keys, before: Before | null): boolean {
  if (before === null) return false;
  const { written, keys: earlier } = before;
  const tables = new Set(
    [...written.inserts, ...written.updates, ...written.deletes].map((w) => w.table.table),
  );
  return rows.some(({ table }) => {
    const own = keys.get(table.table)!;
    if (own.size === 0 || !tables.has(table.table)) return false;
    return earlier === null || [...own].some((key) => earlier.get(table.table)!.has(key));
  });
}

function writtenOf({ table, columns, rows, records, ids, find, keys }: NewRows): WrittenRows {
  const hashes = hashesOfRows(table, columns, rows);
  return {
    table,
    operation: "insert",
    columns,
    keyColumns: ids === null ? find! : [table.id!],
    rows: {
      length: rows.length,
      put: (values, i) => {
        const rowKey = ids === null ? storedValues(keys[i]!) : ids[i]!;
        values.push(records[i]!, rowKey, hashAt(hashes, i), null, null);
      },
    },
  };
}
