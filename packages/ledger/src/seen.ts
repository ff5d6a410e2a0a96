import type { Ledger } from "./ledger.js";

/** A record's key, and where in the extract it stands now. */
export interface SeenKey {
  readonly key: string;
  readonly at: number;
}

type Known = readonly [id: number, key: string, at: number];

/** Records that follow one another in the ledger as their keys do in the source, maybe some lines further down. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly shift: number;
  /** Where those stand that are not that many lines further down: ids, and their places. */
  readonly others: readonly (readonly [id: number, at: number])[];
}

/**
 * Says of a mapping's records that they are still in the source, though only their keys were read. Nothing
 * is entered before `enter`, for one key that nobody knows means that the whole extract has to be read.
 */
export class SeenRecords {
  readonly #ledger: Ledger;
  readonly #mapping: number;
  readonly #stretches: Stretch[] = [];
  #last = 0;

  constructor(ledger: Ledger, mapping: number) {
    this.#ledger = ledger;
    this.#mapping = mapping;
    ledger.db.exec(
      "CREATE TEMP TABLE IF NOT EXISTS seen (mapping INTEGER NOT NULL, id INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
    );
    ledger.prepared("DELETE FROM temp.seen WHERE mapping = ?").run(mapping);
  }

  /** Whether the records can be told apart by their keys: none has a key twice, or none at all. */
  get isPlain(): boolean {
    const { db } = this.#ledger;
    const none = (sql: string): boolean => db.prepare(`${sql} LIMIT 1`).get(this.#mapping) === undefined;
    return (
      none(
        "SELECT 1 FROM record INDEXED BY record_repeated WHERE mapping = ? AND occurrence > 1 AND reason IS NOT 'vanished'",
      ) &&
      none(
        "SELECT 1 FROM record WHERE mapping = ? AND key > '@' AND key < 'A' AND key = '@' || at AND reason IS NOT 'vanished'",
      )
    );
  }

  /** Notes a page of keys; false where one of them is not known, or came before. */
  see(keys: readonly SeenKey[]): boolean {
    if (keys.length === 0) return true;
    const coming = this.#coming(keys.length);
    const stretch = stretchOf(coming, keys);
    if (stretch !== null) {
      this.#stretches.push(stretch);
      this.#last = stretch.last;
      return true;
    }
    const known = new Map(coming.map((record) => [record[1], record]));
    for (const { key } of keys) this.#last = Math.max(this.#last, known.get(key)?.[0] ?? 0);
    const missing = keys.filter(({ key }) => !known.has(key));
    if (missing.length > 0) this.#find(missing, known);
    const found: [number, number][] = [];
    for (const { key, at } of keys) {
      const record = known.get(key);
      if (record === undefined) return false;
      found.push([record[0], at]);
    }
    const { changes } = this.#ledger
      .prepared(
        `INSERT INTO temp.seen (mapping, id, at) SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .run(this.#mapping, JSON.stringify(found));
    return changes === keys.length;
  }

  /** Enters what was seen: what was not is no longer in the source. False where a key came twice; nothing is entered then. */
  enter(extraction: number): boolean {
    const again = this.#ledger
      .prepared("SELECT 1 FROM temp.seen WHERE mapping = ? AND id BETWEEN ? AND ? LIMIT 1")
      .pluck();
    if (this.#stretches.some(({ first, last }) => again.get(this.#mapping, first, last) !== undefined)) {
      return false;
    }
    const along = this.#ledger.prepared(
      `UPDATE record SET extraction = @extraction, at = at + @shift
       WHERE id BETWEEN @first AND @last AND mapping = @mapping AND reason IS NOT 'vanished'`,
    );
    const apart = this.#ledger.prepared(
      "UPDATE record SET at = j.value ->> 1 FROM json_each(?) j WHERE record.id = j.value ->> 0",
    );
    for (const { others, ...stretch } of this.#stretches) {
      along.run({ ...stretch, extraction, mapping: this.#mapping });
      if (others.length > 0) apart.run(JSON.stringify(others));
    }
    this.#ledger
      .prepared(
        `UPDATE record SET extraction = ?, at = s.at FROM temp.seen s
         WHERE s.mapping = ? AND record.id = s.id AND (record.extraction <> ? OR record.at <> s.at)`,
      )
      .run(extraction, this.#mapping, extraction);
    this.forget();
    return true;
  }

  forget(): void {
    this.#ledger.prepared("DELETE FROM temp.seen WHERE mapping = ?").run(this.#mapping);
  }

  /** Those that come after the last one that was seen: keys mostly come in the order in which they came before. */
  #coming(count: number): readonly Known[] {
    return this.#ledger
      .prepared(
        `SELECT id, key, at FROM record
         WHERE id > ? AND +mapping = ? AND reason IS NOT 'vanished' ORDER BY id LIMIT ?`,
      )
      .raw()
      .all(this.#last, this.#mapping, count) as Known[];
  }

  #find(missing: readonly SeenKey[], into: Map<string, Known>): void {
    const rows = this.#ledger
      .prepared(
        `SELECT id, key, at FROM record WHERE mapping = ? AND key IN (SELECT value FROM json_each(?))
           AND occurrence = 1 AND reason IS NOT 'vanished'`,
      )
      .raw()
      .all(this.#mapping, JSON.stringify(missing.map(({ key }) => key))) as Known[];
    for (const row of rows) into.set(row[1], row);
  }
}

/** The stretch of records that have these keys, one by one; null where others come between. */
function stretchOf(records: readonly Known[], keys: readonly SeenKey[]): Stretch | null {
  const count = keys.length;
  if (records.length !== count) return null;
  for (let i = 0; i < count; i += 1) if (keys[i]!.key !== records[i]![1]) return null;
  const by = (i: number): number => keys[i]!.at - records[i]![2];
  // What changed was staged a moment ago, with its place among what changed: of three, two are likely to agree.
  const [a, b, c] = [by(0), by(count >> 1), by(count - 1)];
  const shift = a === b || a === c ? a : b;
  const others = keys.flatMap(({ at }, i) => (by(i) === shift ? [] : [[records[i]![0], at] as const]));
  return { first: records[0]![0], last: records[count - 1]![0], shift, others };
}

/** Takes back that records of a mapping were seen in this extraction: they are about to be read anew. */
export function unsee(ledger: Ledger, mapping: number, extraction: number): void {
  ledger
    .prepared("UPDATE record SET extraction = 0 WHERE mapping = ? AND extraction = ?")
    .run(mapping, extraction);
}
