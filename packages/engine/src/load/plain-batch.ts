import { setImmediate as nextTurn } from "node:timers/promises";
import { IdsExhausted } from "@cutover/mapping";
import type { Insert, Loader, TableSpec, TargetValue } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { Attempt } from "./attempt.js";
import { draftOf, type Draft, type DraftedRows } from "./draft.js";
import type { Lot } from "./lot.js";
import type { Before, Keys, Prepared } from "./prepared.js";
import type { WrittenRows } from "./row-changes.js";
import { comparable, keptKey, storedValues, typesOf } from "./target-values.js";
import type { TargetMemory } from "./target-memory.js";

/** A batch of nothing but new rows, each of one record. */
export interface PlainBatch extends Prepared {
  readonly keys: Keys;
}

/** New rows of one table, and what finds them. */
interface NewRows extends Insert {
  readonly drafted: DraftedRows;
  /** The natural keys of the rows. */
  readonly keys: readonly (readonly TargetValue[])[];
}

/**
 * The short way to a batch, for records that the target does not have, and of which there is nothing to say. Null
 * where there is, or where that cannot be told while the target is still at work on the batch before: then they
 * are looked at one by one, which of such records comes to the same end.
 */
export async function plainBatch(
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  lot: Lot,
  before: Before | null = null,
): Promise<PlainBatch | null> {
  const made = await drafted(loader, memory, outbound, lot, before);
  if (made === null) return null;
  const { attempt, draft } = made;
  const { tables } = outbound.mapping;
  const rows = draft.rows.map((some) => newRows(some, tables)).filter((some) => some.rows.length > 0);
  const keys = keysOf(rows);
  if (keys === null || isTouched(rows, keys, before)) {
    attempt.giveUp();
    return null;
  }
  await nextTurn();
  for (const {
    table,
    drafted: { find },
    keys: asked,
  } of rows) {
    if (find === null || (await loader.find(table, find, asked, find)).length === 0) continue;
    attempt.giveUp();
    return null;
  }
  return {
    attempt,
    batch: { inserts: rows, updates: [], deletes: [] },
    written: rows.map((some) => writtenOf(some, draft)),
    records: draft.ids.map((id, place) => ({
      id,
      targetKey: draft.targetKeys[place]!,
      isNew: true,
      issues: [],
      deferred: [],
    })),
    refused: [],
    keys,
  };
}

/** The draft of a lot, made here where nobody made it. Ids that run out are reserved; while the target is at work, they are not waited for. */
async function drafted(
  loader: Loader,
  memory: TargetMemory,
  { mapping }: Outbound,
  lot: Lot,
  before: Before | null,
): Promise<{ readonly attempt: Attempt; readonly draft: Draft } | null> {
  const { page } = lot;
  if (lot.draft !== undefined || page === null) {
    return lot.draft == null ? null : { attempt: memory.attempt(before?.attempt), draft: lot.draft };
  }
  for (;;) {
    const attempt = memory.attempt(before?.attempt);
    try {
      const draft = draftOf(mapping, page(), (table) => attempt.nextId(table));
      if (draft !== null) return { attempt, draft };
      attempt.giveUp();
      return null;
    } catch (cause) {
      attempt.giveUp();
      if (!(cause instanceof IdsExhausted)) throw cause;
      if (before !== null) return null;
      await memory.reserve(loader, cause.table, page().length);
    }
  }
}

function newRows(rows: DraftedRows, tables: readonly TableSpec[]): NewRows {
  const { columns, values, find } = rows;
  const table = tables.find(({ name }) => name === rows.table)!;
  const length = values[0]?.length ?? 0;
  const rowAt = (lists: readonly (readonly TargetValue[] | undefined)[], i: number): TargetValue[] => {
    const row: TargetValue[] = [];
    for (let k = 0; k < lists.length; k += 1) row.push(lists[k]?.[i] ?? null);
    return row;
  };
  const key = find?.map((name) => values[columns.indexOf(name)]);
  const list: TargetValue[][] = [];
  const keys: TargetValue[][] = [];
  for (let i = 0; i < length; i += 1) {
    list.push(rowAt(values, i));
    if (key !== undefined) keys.push(rowAt(key, i));
  }
  return { table, columns, rows: list, drafted: rows, keys };
}

/** Null where two of the rows have the same natural key. */
function keysOf(rows: readonly NewRows[]): Keys | null {
  const keys = new Map<string, ReadonlySet<string>>();
  for (const {
    table,
    drafted: { find },
    keys: own,
  } of rows) {
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
    [...written.inserts, ...written.updates, ...written.deletes].map((change) => change.table.table),
  );
  return rows.some(({ table }) => {
    const own = keys.get(table.table)!;
    if (own.size === 0 || !tables.has(table.table)) return false;
    return earlier === null || [...own].some((key) => earlier.get(table.table)!.has(key));
  });
}

function writtenOf({ table, columns, rows, drafted: drawn, keys }: NewRows, { ids }: Draft): WrittenRows {
  const { of, hasId, find, hashes } = drawn;
  return {
    table,
    operation: "insert",
    columns,
    keyColumns: hasId ? [table.id!] : find!,
    rows: {
      length: rows.length,
      put: (values, i) => {
        const rowKey = hasId ? (rows[i]![0] as number) : storedValues(keys[i]!);
        values.push(ids[of === null ? i : of[i]!]!, keptKey(rowKey));
      },
      once: { hash: hashes },
    },
  };
}
