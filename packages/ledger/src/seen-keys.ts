import type { Ledger } from "./ledger.js";
import { shifter } from "./pages.js";
import { Seen } from "./seen.js";

const next =
  "SELECT id, key, at FROM record WHERE id > ? AND +mapping = ? AND gone IS NULL ORDER BY id LIMIT ?";

type Known = readonly [id: number, key: string, at: number];

/** Records that stand as many lines further down than they did, as far as they follow one another. */
interface Shift {
  readonly first: number;
  last: number;
  readonly by: number;
}

/**
 * Finds a mapping's records that are still in the source, though only their keys were read. Nothing is
 * entered before `enter`, for one key that nobody knows means that the whole extract has to be read.
 */
export class SeenKeys {
  readonly #ledger: Ledger;
  readonly #mapping: number;
  readonly #seen = new Seen();
  readonly #shifts: Shift[] = [];
  #last = 0;

  constructor(ledger: Ledger, mapping: number) {
    this.#ledger = ledger;
    this.#mapping = mapping;
  }

  /** Whether the records can be told apart by their keys: none has a key twice, or none at all. */
  get isPlain(): boolean {
    const { db } = this.#ledger;
    const none = (sql: string): boolean =>
      db.prepare(`${sql} AND gone IS NULL LIMIT 1`).get(this.#mapping) === undefined;
    return (
      none("SELECT 1 FROM record INDEXED BY record_repeated WHERE mapping = ? AND occurrence > 1") &&
      none("SELECT 1 FROM record WHERE mapping = ? AND key > '@' AND key < 'A' AND key = '@' || at")
    );
  }

  /** Notes a page of keys, and where in the extract each stands now; false where one is not known, or came before. */
  see(keys: readonly string[], at: readonly number[]): boolean {
    if (this.#areNext(keys, at)) return true;
    const records = this.#find(keys, this.#coming(keys.length));
    for (const [i, record] of records.entries()) {
      if (record === undefined || this.#seen.has(record[0])) return false;
      const [id, , was] = record;
      this.#seen.add(id);
      this.#last = Math.max(this.#last, id);
      if (at[i] !== was) this.#shift(id, at[i]! - was);
    }
    return true;
  }

  /** Says of what was seen that it was, and where it stands now. */
  enter(seen: Seen): void {
    const shift = shifter(this.#ledger, this.#mapping);
    for (const { first, last, by } of this.#shifts) shift(first, last, by);
    seen.addAll(this.#seen);
  }

  #shift(id: number, by: number): void {
    const last = this.#shifts.at(-1);
    if (last?.last === id - 1 && last.by === by) last.last = id;
    else this.#shifts.push({ first: id, last: id, by });
  }

  /**
   * Whether the page is of the very records that come next: then they are noted. They are asked for as two texts;
   * to hand over each record by itself takes longer than to find it.
   */
  #areNext(keys: readonly string[], at: readonly number[]): boolean {
    const [known, places, first, last] = this.#ledger
      .prepared(`SELECT json_group_array(key), json_group_array(at), min(id), max(id) FROM (${next})`)
      .raw()
      .get(this.#last, this.#mapping, keys.length) as [string, string, number | null, number];
    if (first === null || last - first !== keys.length - 1) return false;
    if (known !== JSON.stringify(keys)) return false;
    this.#seen.addStretch(first, last);
    this.#last = last;
    const stood = JSON.parse(places) as number[];
    stood.forEach((was, i) => {
      if (at[i] !== was) this.#shift(first + i, at[i]! - was);
    });
    return true;
  }

  /** Those that come after the last one that was seen: keys mostly come in the order in which they came before. */
  #coming(count: number): readonly Known[] {
    return this.#ledger.prepared(next).raw().all(this.#last, this.#mapping, count) as Known[];
  }

  #find(keys: readonly string[], coming: readonly Known[]): readonly (Known | undefined)[] {
    const known = new Map(coming.map((record) => [record[1], record]));
    const missing = keys.flatMap((key) => (known.has(key) ? [] : [key]));
    if (missing.length > 0) {
      const rows = this.#ledger
        .prepared(
          `SELECT id, key, at FROM record WHERE mapping = ? AND key IN (SELECT value FROM json_each(?))
             AND occurrence = 1 AND gone IS NULL`,
        )
        .raw()
        .all(this.#mapping, JSON.stringify(missing)) as Known[];
      for (const row of rows) known.set(row[1], row);
    }
    return keys.map((key) => known.get(key));
  }
}
