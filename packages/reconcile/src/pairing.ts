import type { SentRecord, TakeRecords } from "@cutover/intake";
import { targetReader, targetWriter, type KeptInput, type Ledger } from "@cutover/ledger";
import { emptyRecord, type CanonicalRecord, type EntityName } from "@cutover/model";
import { expectedDispositions } from "./expected.js";

/** A record that is expected in the target, with what the target had of it before the load. */
export interface Expected {
  readonly sent: SentRecord;
  readonly was: CanonicalRecord | null;
}

interface Found extends KeptInput {
  readonly mapping: number;
}

export interface PairingWork {
  readonly ledger: Ledger;
  readonly entity: EntityName;
  /** What is expected, page by page in the order of ids, from those after `after`. */
  readonly expected: (after: number) => Iterator<readonly Expected[]>;
  /** Called once for each expected record; null where the target has none. */
  readonly onPair: (expected: Expected, is: CanonicalRecord | null) => void;
  /** How many records of either side wait in memory for their counterparts; 10 000 unless told. */
  readonly most?: number | undefined;
}

/** Records that are looked up together. */
const pageSize = 1000;

/**
 * Brings together what is expected in the target and what is read from it, while both are streamed. A
 * load writes in the order of the ledger, and a target is read in the order of its keys: counterparts
 * come at nearly the same time, and most records are never kept at all. What waits too long goes to the
 * ledger's `after_` table and is looked up there in the end; what then remains there nobody expected.
 */
export class Pairing {
  readonly #work: PairingWork;
  readonly #most: number;
  readonly #pages: Iterator<readonly Expected[]>;
  #page: readonly Expected[] = [];
  #at = 0;
  #ended = false;
  /** The sides come in orders of their own: nothing is won by going on with both at a time. */
  #apart = false;
  readonly #awaited = new Map<string, Expected>();
  readonly #found = new Map<string, Found>();
  readonly #postponed: number[] = [];
  /** What people decided to be the counterpart may be that of several records, and is kept for all. */
  readonly #decided: ReadonlySet<string>;
  readonly #writers = new Map<number, TakeRecords>();
  readonly #stored;
  #paired = 0;
  #pairedBefore = 0;

  constructor(work: PairingWork) {
    this.#work = work;
    this.#most = work.most ?? 10_000;
    this.#pages = work.expected(0);
    this.#stored = work.ledger.db.prepare(`SELECT 1 FROM "after_${work.entity}" WHERE key = ?`);
    this.#decided = new Set(work.ledger.db.prepare(decidedKeys).pluck().all() as string[]);
  }

  /** Takes what one mapping reads. A key that comes again is told as long as the first one is at hand. */
  taker(mapping: number): TakeRecords {
    return (inputs) => {
      let fresh = 0;
      for (const input of inputs) if (this.#take(input, mapping)) fresh += 1;
      return fresh;
    };
  }

  #take(input: KeptInput, mapping: number): boolean {
    const { key } = input;
    // Of a key that comes twice the first one counts, wherever it waits.
    if ((this.#found.size > 0 && this.#found.has(key)) || this.#isStored(key)) return false;
    if (this.#isNext(key)) {
      this.#pair(this.#page[this.#at++]!, input, mapping);
      return true;
    }
    const awaited = this.#awaited.get(key);
    if (awaited !== undefined) {
      this.#awaited.delete(key);
      this.#pair(awaited, input, mapping);
      return true;
    }
    if (this.#next() !== null) {
      // Both sides go on by one; and by one more where a record is missing, so that they are in step again.
      this.#await(this.#page[this.#at++]!);
      if (this.#isNext(key)) {
        this.#pair(this.#page[this.#at++]!, input, mapping);
        return true;
      }
    }
    this.#found.set(key, { key, record: input.record, mapping });
    if (this.#found.size === this.#most) this.#store();
    return true;
  }

  #isStored(key: string): boolean {
    if (this.#writers.size === 0 || (this.#apart && !this.#awaited.has(key))) return false;
    return this.#stored.get(key) !== undefined;
  }

  #next(): Expected | null {
    if (this.#apart) return null;
    while (this.#at === this.#page.length) {
      const { done, value } = this.#ended ? { done: true, value: [] } : this.#pages.next();
      if (done === true) {
        this.#ended = true;
        return null;
      }
      this.#page = value as readonly Expected[];
      this.#at = 0;
    }
    return this.#page[this.#at]!;
  }

  #isNext(key: string): boolean {
    return this.#next()?.sent.targetKey === key;
  }

  #await(expected: Expected): void {
    const { id, targetKey } = expected.sent;
    const found = targetKey === null ? undefined : this.#found.get(targetKey);
    if (found !== undefined) {
      this.#found.delete(found.key);
      this.#pair(expected, found, found.mapping);
      return;
    }
    if (targetKey === null || this.#awaited.has(targetKey)) this.#postponed.push(id);
    else this.#awaited.set(targetKey, expected);
    if (this.#awaited.size < this.#most) return;
    for (const { sent } of this.#awaited.values()) this.#postponed.push(sent.id);
    this.#awaited.clear();
  }

  #pair(expected: Expected, found: KeptInput, mapping: number): void {
    if (this.#decided.size > 0 && this.#decided.has(found.key)) this.#write(mapping, [found]);
    else this.#paired += 1;
    this.#work.onPair(expected, found.record ?? emptyRecord(this.#work.entity));
  }

  /** What came too early is kept in the ledger. */
  #store(): void {
    const byMapping = new Map<number, Found[]>();
    for (const found of this.#found.values()) {
      const alike = byMapping.get(found.mapping);
      if (alike === undefined) byMapping.set(found.mapping, [found]);
      else alike.push(found);
    }
    for (const [mapping, alike] of byMapping) this.#write(mapping, alike);
    this.#found.clear();
    this.#apart ||= this.#paired - this.#pairedBefore < this.#most;
    this.#pairedBefore = this.#paired;
  }

  #write(mapping: number, inputs: readonly KeptInput[]): void {
    let writer = this.#writers.get(mapping);
    if (writer === undefined) {
      const { ledger, entity } = this.#work;
      this.#writers.set(mapping, (writer = targetWriter(ledger, "after", entity, mapping)));
    }
    writer(inputs);
  }

  /**
   * Looks up what has not met its counterpart: a record that is nowhere is missing. Returns how many
   * records the target has; what nobody expected is left in the `after_` table.
   */
  async finish(onPage: (done: number) => Promise<void>): Promise<number> {
    const { ledger, entity, onPair } = this.#work;
    const { db } = ledger;
    const table = `"after_${entity}"`;
    ledger.transaction(() => this.#store());
    const count = db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck();
    const stored = count.get() as number;
    const look = targetReader(ledger, "after", entity);
    const forget = db.prepare(`DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`);
    let done = this.#paired;
    for (const page of this.#rest()) {
      ledger.transaction(() => {
        const are = stored === 0 ? null : look(page.map(({ sent }) => sent.targetKey));
        for (const expected of page) {
          const { targetKey } = expected.sent;
          onPair(expected, targetKey === null ? null : (are?.get(targetKey)?.record ?? null));
        }
        const keys = [...(are?.keys() ?? [])].filter((key) => !this.#decided.has(key));
        if (keys.length > 0) forget.run(JSON.stringify(keys));
      });
      await onPage((done += page.length));
    }
    return this.#paired + stored - (stored === 0 ? 0 : this.#dropRepeated());
  }

  /** What is expected and has not been found yet, in pages. */
  *#rest(): Generator<readonly Expected[]> {
    this.#apart = false;
    const awaited = [...this.#awaited.values()];
    this.#awaited.clear();
    for (let i = 0; i < awaited.length; i += pageSize) yield awaited.slice(i, i + pageSize);
    while (this.#next() !== null) {
      const page = this.#page.slice(this.#at);
      this.#at = this.#page.length;
      yield page;
    }
    yield* this.#again();
  }

  /** What was put off, read once more from the ledger. */
  *#again(): Generator<readonly Expected[]> {
    const ids = this.#postponed.toSorted((a, b) => a - b);
    const pages = this.#work.expected((ids[0] ?? 1) - 1);
    for (let i = 0; i < ids.length;) {
      const { done, value } = pages.next();
      if (done === true) return;
      const page = (value as readonly Expected[]).filter(({ sent }) => {
        if (sent.id !== ids[i]) return false;
        i += 1;
        return true;
      });
      yield page;
    }
  }

  /** Drops what came once more after the first with its key had been compared: that one counts. */
  #dropRepeated(): number {
    const { ledger, entity } = this.#work;
    return ledger.db
      .prepare(
        `DELETE FROM "after_${entity}" WHERE key NOT IN (${decidedKeys}) AND key IN (
           SELECT r.targetKey FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
           WHERE r.gone IS NULL AND r.disposition IN (${expectedDispositions}))`,
      )
      .run().changes;
  }
}

const decidedKeys = "SELECT value FROM decision WHERE action = 'match' AND value IS NOT NULL";
