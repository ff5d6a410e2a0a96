import { clearTarget, targetReader, targetWriter, type KeptInput, type Ledger } from "@cutover/ledger";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import { expectedDispositions, readThese, type Expected, type ReadExpected } from "./expected.js";
import type { Late, Waiting } from "./pairing.js";

export const decidedKeys = "SELECT value FROM decision WHERE action = 'match' AND value IS NOT NULL";

/** Target keys that people decided to be the counterparts of records: of several, maybe. */
export const keysDecided = ({ db }: Ledger): ReadonlySet<string> =>
  new Set(db.prepare(decidedKeys).pluck().all() as string[]);

/**
 * Target records of an entity that did not meet their counterparts while both were streamed. They wait in
 * the ledger's `after_` table; what remains there in the end nobody expected.
 */
export class Latecomers implements Waiting {
  readonly #ledger: Ledger;
  readonly #entity: EntityName;
  readonly #shared: ReadonlySet<string>;
  readonly #find;
  readonly #writers = new Map<number, (inputs: readonly KeptInput[]) => number>();

  constructor(ledger: Ledger, entity: EntityName, shared: ReadonlySet<string>) {
    this.#ledger = ledger;
    this.#entity = entity;
    this.#shared = shared;
    clearTarget(ledger, "after", entity);
    this.#find = ledger.db.prepare(`SELECT 1 FROM "after_${entity}" WHERE key = ?`);
  }

  has(key: string): boolean {
    return this.#find.get(key) !== undefined;
  }

  add(mapping: number, inputs: readonly KeptInput[]): void {
    let write = this.#writers.get(mapping);
    if (write === undefined) {
      write = targetWriter(this.#ledger, "after", this.#entity, mapping);
      this.#writers.set(mapping, write);
    }
    this.#ledger.transaction(() => write(inputs));
  }

  /**
   * Looks up the counterparts of expected records that are late: what has none is missing. Returns how many
   * records were waiting, those left out that came once more than they should.
   */
  async meet(
    late: readonly Late[],
    read: ReadExpected,
    onPair: (expected: Expected, is: CanonicalRecord | null) => void,
    onPage: (done: number) => Promise<void>,
  ): Promise<number> {
    const { db } = this.#ledger;
    const table = `"after_${this.#entity}"`;
    const waiting = db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number;
    const look = targetReader(this.#ledger, "after", this.#entity);
    const forget = db.prepare(`DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`);
    for (const page of pagesOf(late, read)) {
      this.#ledger.transaction(() => {
        const are = waiting === 0 ? null : look(page.map(({ sent }) => sent.targetKey));
        for (const expected of page)
          onPair(expected, are?.get(expected.sent.targetKey ?? "")?.record ?? null);
        const keys = [...(are?.keys() ?? [])].filter((key) => !this.#shared.has(key));
        if (keys.length > 0) forget.run(JSON.stringify(keys));
      });
      await onPage(page.length);
    }
    return waiting - (waiting === 0 ? 0 : this.#dropRepeated());
  }

  /** Drops what came once more after the first with its key had been compared: that one counts. */
  #dropRepeated(): number {
    return this.#ledger.db
      .prepare(
        `DELETE FROM "after_${this.#entity}" WHERE key NOT IN (${decidedKeys}) AND key IN (
           SELECT r.targetKey FROM "${this.#entity}" e CROSS JOIN record r ON r.id = e.id
           WHERE r.gone IS NULL AND r.disposition IN (${expectedDispositions}))`,
      )
      .run().changes;
  }
}

/** Late records in pages: those of which the ids are known, and whole ranges. */
function* pagesOf(late: readonly Late[], read: ReadExpected): Generator<readonly Expected[]> {
  for (const { ids, above, upto } of late) {
    yield* readThese(read, ids);
    for (let after = above; ;) {
      const page = read(after, upto);
      if (page.length === 0) break;
      yield page;
      after = page.at(-1)!.sent.id;
    }
  }
}
