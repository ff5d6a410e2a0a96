import type { Ledger } from "@cutover/ledger";
import { hashBytes } from "@cutover/model";
import type { Shape } from "./shapes.js";

/** A key as the ledger keeps it. */
export type StoredKey = string | number;

/** Rows that were written alike, as the ledger remembers them. */
export interface Written {
  readonly id: number;
  readonly shape: Shape;
  readonly keys: readonly StoredKey[];
  /** Of the rows as they were made, one after the other; null where rows were changed, or not all have one: they are suspects. */
  readonly hashes: Buffer | null;
}

/** What some batches wrote as one shape says. */
export interface Writes {
  readonly shape: number;
  readonly batches: readonly number[];
}

/** Rows that are looked at together, and records whose writes are read together. */
export const atOnce = 2_000;

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

/** A function that reads what batches wrote as one shape says, in the order of writing, a good many rows at a time. */
export function writesReader(
  { db }: Ledger,
  shapeOf: (id: number) => Shape,
): (writes: Writes) => Generator<Written> {
  // All keys and all hashes as one text: one by one, that takes longer than to find them.
  const textsOf = db
    .prepare(
      `SELECT json_group_array(rowKey), group_concat(text, '') FROM (
         SELECT rowKey, hex(hash) AS text FROM written WHERE batch = ? AND shape = ? ORDER BY n)`,
    )
    .raw();
  return function* read({ shape: id, batches }) {
    const shape = shapeOf(id);
    const texts = batches.map((batch) => textsOf.get(batch, id) as [keys: string, hashes: string | null]);
    const keys = texts.flatMap(([some]) => JSON.parse(some) as StoredKey[]);
    const hashes = Buffer.from(texts.map(([, some]) => some ?? "").join(""), "hex");
    const isMade = shape.operation !== "update" && hashes.length === keys.length * hashBytes;
    for (let from = 0; from < keys.length; from += atOnce) {
      const to = from + atOnce;
      const some = isMade ? hashes.subarray(from * hashBytes, to * hashBytes) : null;
      yield { id, shape, keys: keys.slice(from, to), hashes: some };
    }
  };
}

/** What a range of batches wrote that still stands, but for what is looked for elsewhere. */
export function* standingWrites(
  ledger: Ledger,
  shapeOf: (id: number) => Shape,
  { first, last, elsewhere }: LookedAt,
): Generator<Written> {
  const read = writesReader(ledger, shapeOf);
  const shapes = ledger.db
    .prepare("SELECT DISTINCT shape FROM json_each(?) b CROSS JOIN written w ON w.batch = b.value")
    .pluck();
  const but = new Map<number, Set<number>>();
  for (const { shape, batches } of elsewhere) {
    const known = but.get(shape) ?? new Set();
    for (const batch of batches) known.add(batch);
    but.set(shape, known);
  }
  for (const batches of standingBatches(ledger, first, last)) {
    for (const shape of shapes.all(JSON.stringify(batches)) as number[]) {
      const known = but.get(shape);
      const left = known === undefined ? batches : batches.filter((batch) => !known.has(batch));
      if (left.length > 0) yield* read({ shape, batches: left });
    }
  }
}

/** Batches that are looked at, and what of them is not. */
export interface LookedAt {
  readonly first: number;
  readonly last: number;
  readonly elsewhere: readonly Writes[];
}
