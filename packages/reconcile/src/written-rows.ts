import { findRows, hashesOfRows, keyOfStored, keyText } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { hashBytes, type Loader, type SourceValue } from "@cutover/model";
import { stopIfAsked } from "./stop.js";
import { shapeFinder, type Declared, type Shape } from "./shapes.js";
import { standingWrites, type LookedAt, type StoredKey, type Written } from "./standing-writes.js";

export interface WrittenSearch {
  /** It is read only. */
  readonly ledger: Ledger;
  readonly system: Declared;
  /** Finds rows of the target. */
  readonly rows: Pick<Loader, "find" | "between">;
  readonly tell: (
    news:
      | { readonly kind: "suspects"; readonly suspects: readonly Suspect[] }
      | { readonly kind: "looked"; readonly writes: number },
  ) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A row of the target that has to be judged by all that was written to it: what it was written as, and its key. */
export type Suspect = readonly [shape: number, key: StoredKey];

/** Where fewer than one in so many ids of a range were written, rows are asked for one by one. */
const sparse = 3;

/** What the target has of rows, in the order of their keys: their written columns, and maybe others after these; or null. */
async function currentRows(
  rows: WrittenSearch["rows"],
  { shape, keys }: Written,
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
export async function findSuspects(search: WrittenSearch, looked: LookedAt): Promise<void> {
  const { ledger, system, rows } = search;
  // While rows are judged the target looks for the next ones.
  let before: Page | null = null;
  for (const written of standingWrites(ledger, shapeFinder(ledger, system), looked)) {
    const page = pageOf(written, rows);
    if (before !== null) await judge(before, search);
    before = page;
  }
  if (before !== null) await judge(before, search);
}

/** Looks for some of them. */
export const lookFor = (written: Written, search: WrittenSearch): Promise<void> =>
  judge(pageOf(written, search.rows), search);

async function judge({ written, current }: Page, { tell, signal }: WrittenSearch): Promise<void> {
  const suspects = changedSince(written, await current);
  if (suspects.length > 0) tell({ kind: "suspects", suspects });
  tell({ kind: "looked", writes: written.keys.length });
  await stopIfAsked(signal);
}

/** What the target has of rows; null where it is not asked. */
type Current = readonly (readonly SourceValue[] | null)[] | null;

/** Rows that are not there, or not as they were made. They have what was written first, or at some places. */
export function changedSince(
  { id, shape, keys, hashes }: Written,
  rows: Current,
  places?: readonly number[],
): readonly Suspect[] {
  if (hashes === null || rows === null) return keys.map((key): Suspect => [id, key]);
  const now = hashesOfRows(shape.table, shape.columns, rows, places);
  if (!rows.includes(null) && now.equals(hashes)) return [];
  return keys.flatMap((key, i): readonly Suspect[] => {
    const [from, to] = [i * hashBytes, (i + 1) * hashBytes];
    return rows[i] !== null && now.compare(hashes, from, to, from, to) === 0 ? [] : [[id, key]];
  });
}

/** Rows that are looked at together, while the target looks for them. */
interface Page {
  readonly written: Written;
  readonly current: Promise<Current>;
}

function pageOf(written: Written, rows: WrittenSearch["rows"]): Page {
  const current = written.hashes === null ? Promise.resolve(null) : currentRows(rows, written);
  // A failure is told to who awaits it, which may be later.
  current.catch(() => undefined);
  return { written, current };
}
