import { findRows, hashesOfRows, keyOfStored, keyText } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { hashBytes, type Loader, type SourceValue } from "@cutover/model";
import { stopIfAsked } from "./stop.js";
import { shapeFinder, type Declared, type Shape } from "./shapes.js";

export interface WrittenSearch {
  /** It is read only. */
  readonly ledger: Ledger;
  readonly system: Declared;
  /** Finds rows of the target. */
  readonly rows: Pick<Loader, "find" | "between">;
  /** The first and the last batch that are looked at. */
  readonly first: number;
  readonly last: number;
  readonly tell: (
    news:
      | { readonly kind: "suspects"; readonly suspects: readonly Suspect[] }
      | { readonly kind: "looked"; readonly writes: number },
  ) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A key as the ledger keeps it. */
export type StoredKey = string | number;

/** A row of the target that has to be judged by all that was written to it: what it was written as, and its key. */
export type Suspect = readonly [shape: number, key: StoredKey];

/** Rows that were made alike, as the ledger remembers them. */
interface Made {
  readonly id: number;
  readonly shape: Shape;
  readonly keys: readonly StoredKey[];
  /** One after the other. */
  readonly hashes: Buffer;
}

/** Records whose writes are looked at together. */
const atOnce = 2_000;

/** Where fewer than one in so many ids of a range were written, rows are asked for one by one. */
const sparse = 3;

/** Batches that still stand, a good many records at a time. */
function* standingBatches({ db }: Ledger, first: number, last: number): Generator<readonly number[]> {
  const batches = db
    .prepare("SELECT id, records FROM batch WHERE state = 'done' AND id BETWEEN ? AND ? ORDER BY id")
    .raw();
  let some: number[] = [];
  let records = 0;
  for (const [id, more] of batches.all(first, last) as [number, number][]) {
    if (some.length > 0 && records + more > atOnce) {
      yield some;
      some = [];
      records = 0;
    }
    some.push(id);
    records += more;
  }
  if (some.length > 0) yield some;
}

/** Writes of batches: how many, those that were made alike, and those that say nothing by themselves. */
interface Writes {
  readonly count: number;
  readonly made: readonly Made[];
  readonly suspects: Suspect[];
}

/** A function that reads what batches wrote, in the order of writing: of each shape the keys, and all hashes as one text. */
function writesReader(
  ledger: Ledger,
  shapeOf: (id: number) => Shape,
): (batches: readonly number[]) => Writes {
  const { db } = ledger;
  const of = "FROM json_each(?) b CROSS JOIN written w ON w.batch = b.value";
  const shapes = db.prepare(`SELECT DISTINCT shape ${of}`).pluck();
  const keysOf = db.prepare(`SELECT rowKey ${of} WHERE shape = ? ORDER BY w.batch, w.n`).pluck();
  const hashesOf = db
    .prepare(
      `SELECT group_concat(text, '') FROM (SELECT hex(hash) AS text ${of} WHERE shape = ? ORDER BY w.batch, w.n)`,
    )
    .pluck();
  return (batches) => {
    const asked = JSON.stringify(batches);
    const made: Made[] = [];
    const suspects: Suspect[] = [];
    let count = 0;
    for (const id of shapes.all(asked) as number[]) {
      const shape = shapeOf(id);
      const keys = keysOf.all(asked, id) as StoredKey[];
      count += keys.length;
      const hashes = Buffer.from((hashesOf.get(asked, id) as string | null) ?? "", "hex");
      const isMade = shape.operation !== "update" && hashes.length === keys.length * hashBytes;
      if (isMade) made.push({ id, shape, keys, hashes });
      else for (const key of keys) suspects.push([id, key]);
    }
    return { count, made, suspects };
  };
}

/** What the target has of rows, in the order of their keys: their written columns, and maybe others after these; or null. */
async function currentRows(
  rows: WrittenSearch["rows"],
  { shape, keys }: Made,
): Promise<readonly (readonly SourceValue[] | null)[]> {
  const { table, key, columns } = shape;
  const [by] = key;
  const range = rangeOf(shape, keys);
  if (range !== null && rows.between !== undefined) {
    const keyAt = columns.indexOf(by!);
    const wanted = keyAt < 0 ? [...columns, by!] : columns;
    const found = await rows.between(table, by!, range, wanted);
    return inOrderOf(keys, found, keyAt < 0 ? columns.length : keyAt);
  }
  const asked = keys.map((stored) => keyOfStored(key, stored));
  const found = await findRows(rows, table, key, asked, columns);
  return asked.map((values) => {
    const row = found.get(keyText(table, key, values));
    return row === undefined ? null : columns.map((column) => row[column] ?? null);
  });
}

/** The rows that have these keys, null for one that none has; rows come in the order of their keys. */
function inOrderOf(
  keys: readonly StoredKey[],
  rows: readonly (readonly SourceValue[])[],
  keyAt: number,
): (readonly SourceValue[] | null)[] {
  const isRising = keys.every((key, i) => i === 0 || key > keys[i - 1]!);
  const byKey = isRising ? null : new Map(rows.map((row) => [row[keyAt], row]));
  let at = 0;
  return keys.map((key) => {
    if (byKey !== null) return byKey.get(key) ?? null;
    while (at < rows.length && rows[at]![keyAt]! < key) at += 1;
    const row = rows[at];
    return row?.[keyAt] === key ? row : null;
  });
}

/** Least and greatest of keys that are whole numbers close to each other; null where they are not. */
function rangeOf({ key }: Shape, keys: readonly StoredKey[]): readonly [number, number] | null {
  if (key.length !== 1 || keys.length === 1) return null;
  let [least, greatest] = [Infinity, -Infinity];
  for (const one of keys) {
    if (typeof one !== "number" || !Number.isSafeInteger(one)) return null;
    if (one < least) least = one;
    if (one > greatest) greatest = one;
  }
  return greatest - least < keys.length * sparse ? [least, greatest] : null;
}

/**
 * Looks for every row that batches wrote and that still stands: it has to be there, with what was last written.
 * The mappings that read a target back see only what has a place in a canonical record; what else
 * a load makes, such as the contexts and criteria a target needs, is seen here. Most rows were made and
 * never touched again, and are as they were made: that is seen by their hash. All others are suspects.
 */
export async function findSuspects(search: WrittenSearch): Promise<void> {
  const { ledger, system, rows, first, last, tell, signal } = search;
  const read = writesReader(ledger, shapeFinder(ledger, system));
  const judge = async ({ count, suspects, made, current }: Page): Promise<void> => {
    for (const [n, rowsNow] of (await current).entries()) suspects.push(...changedSince(made[n]!, rowsNow));
    if (suspects.length > 0) tell({ kind: "suspects", suspects });
    tell({ kind: "looked", writes: count });
    await stopIfAsked(signal);
  };
  // While a page is judged the target looks for the rows of the next one.
  let before: Page | null = null;
  for (const batches of standingBatches(ledger, first, last)) {
    const page = pageOf(read(batches), rows);
    if (before !== null) await judge(before);
    before = page;
  }
  if (before !== null) await judge(before);
}

/** Rows that are not there, or not as they were made. */
function changedSince(
  { id, shape, keys, hashes }: Made,
  rows: readonly (readonly SourceValue[] | null)[],
): readonly Suspect[] {
  const now = hashesOfRows(shape.table, shape.columns, rows);
  if (!rows.includes(null) && now.equals(hashes)) return [];
  return keys.flatMap((key, i): readonly Suspect[] => {
    const [from, to] = [i * hashBytes, (i + 1) * hashBytes];
    return rows[i] !== null && now.compare(hashes, from, to, from, to) === 0 ? [] : [[id, key]];
  });
}

/** Writes that are looked at together, while the target looks for their rows. */
interface Page extends Writes {
  readonly current: Promise<readonly Awaited<ReturnType<typeof currentRows>>[]>;
}

function pageOf(writes: Writes, rows: WrittenSearch["rows"]): Page {
  const current = Promise.all(writes.made.map((alike) => currentRows(rows, alike)));
  // A failure is told to who awaits it, which may be later.
  current.catch(() => undefined);
  return { ...writes, current };
}
