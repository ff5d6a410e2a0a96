import type { Ledger } from "./ledger.js";

/** A record's key, and where in the extract it stands now. */
export interface SeenKey {
  readonly key: string;
  readonly at: number;
}

interface Known {
  readonly id: number;
  readonly key: string;
  readonly at: number;
}

/** Records that are looked at ahead: keys mostly come in the order in which they came before. */
const ahead = 1.1;

/**
 * Says of a mapping's records that they are still in the source, though only their keys were read. Nothing
 * is entered before `enter`, for one key that nobody knows means that the whole extract has to be read.
 */
export class SeenRecords {
  readonly #ledger: Ledger;
  readonly #mapping: number;
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
    const known = this.#coming(Math.ceil(keys.length * ahead));
    for (const { key } of keys) this.#last = Math.max(this.#last, known.get(key)?.id ?? 0);
    const missing = keys.filter(({ key }) => !known.has(key));
    if (missing.length > 0) this.#find(missing, known);
    const found: [number, number][] = [];
    for (const { key, at } of keys) {
      const record = known.get(key);
      if (record === undefined) return false;
      found.push([record.id, at]);
    }
    const { changes } = this.#ledger
      .prepared(
        `INSERT INTO temp.seen (mapping, id, at) SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
         ON CONFLICT DO NOTHING`,
      )
      .run(this.#mapping, JSON.stringify(found));
    return changes === keys.length;
  }

  /** Enters what was seen; what was not is no longer in the source. */
  enter(extraction: number): void {
    this.#ledger
      .prepared(
        `UPDATE record SET extraction = ?, at = s.at FROM temp.seen s
         WHERE s.mapping = ? AND record.id = s.id AND (record.extraction <> ? OR record.at <> s.at)`,
      )
      .run(extraction, this.#mapping, extraction);
    this.forget();
  }

  forget(): void {
    this.#ledger.prepared("DELETE FROM temp.seen WHERE mapping = ?").run(this.#mapping);
  }

  /** Those that come after the last one that was seen. */
  #coming(count: number): Map<string, Known> {
    const rows = this.#ledger
      .prepared(
        `SELECT id, key, at FROM record
         WHERE id > ? AND +mapping = ? AND reason IS NOT 'vanished' ORDER BY id LIMIT ?`,
      )
      .all(this.#last, this.#mapping, count) as Known[];
    return new Map(rows.map((row) => [row.key, row]));
  }

  #find(missing: readonly SeenKey[], into: Map<string, Known>): void {
    const rows = this.#ledger
      .prepared(
        `SELECT id, key, at FROM record WHERE mapping = ? AND key IN (SELECT value FROM json_each(?))
           AND occurrence = 1 AND reason IS NOT 'vanished'`,
      )
      .all(this.#mapping, JSON.stringify(missing.map(({ key }) => key))) as Known[];
    for (const row of rows) into.set(row.key, row);
  }
}

/** Takes back that records of a mapping were seen in this extraction: they are about to be read anew. */
export function unsee(ledger: Ledger, mapping: number, extraction: number): void {
  ledger
    .prepared("UPDATE record SET extraction = 0 WHERE mapping = ? AND extraction = ?")
    .run(mapping, extraction);
}
