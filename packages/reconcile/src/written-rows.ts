import { findRows, keyOfStored, keyText, rowHasher } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { Loader, SourceValue } from "@cutover/model";
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
  readonly keys: StoredKey[];
  /** In hexadecimal. */
  readonly hashes: string[];
}

/** Writes that are looked at together. */
const atOnce = 2_000;

/** Where fewer than one in so many ids of a range were written, rows are asked for one by one. */
const sparse = 3;

type Written = readonly [shape: number, key: StoredKey, hash: string | null];

/** The writes of batches that still stand, in the order of writing, a good many at a time. */
function* standingWrites(ledger: Ledger, first: number, last: number): Generator<readonly Written[]> {
  const batches = ledger.db
    .prepare("SELECT id FROM batch WHERE state = 'done' AND id BETWEEN ? AND ? ORDER BY id")
    .pluck();
  const writes = ledger.db
    .prepare("SELECT shape, rowKey, lower(hex(hash)) FROM written WHERE batch = ? ORDER BY n")
    .raw();
  let some: Written[] = [];
  for (const batch of batches.all(first, last)) {
    const more = writes.all(batch) as unknown as Written[];
    some = some.length === 0 ? more : [...some, ...more];
    let from = 0;
    for (; some.length - from >= atOnce; from += atOnce) yield some.slice(from, from + atOnce);
    some = some.slice(from);
  }
  if (some.length > 0) yield some;
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
  const shapeOf = shapeFinder(ledger, system);
  const hashers = new Map<Shape, ReturnType<typeof rowHasher>>();
  const hasherOf = (shape: Shape): ReturnType<typeof rowHasher> => {
    const hasher = hashers.get(shape) ?? rowHasher(shape.table, shape.columns);
    hashers.set(shape, hasher);
    return hasher;
  };
  const judge = async ({ writes, suspects, made, current }: Page): Promise<void> => {
    for (const [n, rowsNow] of (await current).entries()) {
      const { id, shape, keys, hashes } = made[n]!;
      const hashOf = hasherOf(shape);
      for (let i = 0; i < keys.length; i += 1) {
        const row = rowsNow[i]!;
        if (row === null || hashOf(row) !== hashes[i]) suspects.push([id, keys[i]!]);
      }
    }
    if (suspects.length > 0) tell({ kind: "suspects", suspects });
    tell({ kind: "looked", writes });
    await stopIfAsked(signal);
  };
  // While a page is judged the target looks for the rows of the next one.
  let before: Page | null = null;
  for (const writes of standingWrites(ledger, first, last)) {
    const page = pageOf(writes, shapeOf, rows);
    if (before !== null) await judge(before);
    before = page;
  }
  if (before !== null) await judge(before);
}

/** Writes that are looked at together, while the target looks for their rows. */
interface Page {
  readonly writes: number;
  readonly suspects: Suspect[];
  readonly made: readonly Made[];
  readonly current: Promise<readonly Awaited<ReturnType<typeof currentRows>>[]>;
}

function pageOf(
  writes: readonly Written[],
  shapeOf: (id: number) => Shape,
  rows: WrittenSearch["rows"],
): Page {
  const byShape = new Map<number, Made>();
  const suspects: Suspect[] = [];
  for (const [id, key, hash] of writes) {
    const shape = shapeOf(id);
    if (shape.operation === "update" || hash === null) {
      suspects.push([id, key]);
      continue;
    }
    let alike = byShape.get(id);
    if (alike === undefined) byShape.set(id, (alike = { id, shape, keys: [], hashes: [] }));
    alike.keys.push(key);
    alike.hashes.push(hash);
  }
  const made = [...byShape.values()];
  const current = Promise.all(made.map((alike) => currentRows(rows, alike)));
  // A failure is told to who awaits it, which may be later.
  current.catch(() => undefined);
  return { writes: writes.length, suspects, made, current };
}
