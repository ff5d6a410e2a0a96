import type { KeptInput } from "@cutover/ledger";
import { emptyRecord, recordAt, type CanonicalRecord, type EntityName } from "@cutover/model";
import type { ReadValues } from "./alike.js";
import type { ByColumns } from "./by-columns.js";
import { readThese, type Expected, type ReadExpected } from "./expected.js";

interface Found extends KeptInput {
  readonly mapping: number;
}

/** Where records that were read wait for their counterparts when there are too many of them. */
export interface Waiting {
  /** Whether a record with the key is there. */
  has(key: string): boolean;
  add(mapping: number, inputs: readonly KeptInput[]): void;
}

export interface PairingWork {
  readonly entity: EntityName;
  readonly expected: ReadExpected;
  /** Only records with ids above and up to; all by default. */
  readonly ids?: { readonly above: number; readonly upto: number | null } | undefined;
  /** Called once for each expected record that meets its counterpart. */
  readonly onPair: (expected: Expected, is: CanonicalRecord) => void;
  /** Compares those that come in the same order on both sides; by default all are told to `onPair`. */
  readonly byColumns?: ByColumns | undefined;
  readonly waiting: Waiting;
  /** Keys of records that may be the counterparts of several: they wait for the others, too. */
  readonly shared: ReadonlySet<string>;
  /** How many records of either side wait in memory for their counterparts; 10 000 unless told. */
  readonly most?: number | undefined;
}

/** Expected records that did not meet their counterparts: some, and all in a range of ids. */
export interface Late {
  readonly ids: readonly number[];
  readonly above: number;
  readonly upto: number | null;
}

/**
 * Brings together what is expected in the target and what is read from it, while both are streamed. A
 * load writes in the order of the ledger, and a target is read in the order of its keys: counterparts
 * come at nearly the same time, and most records are never kept at all. What waits too long is put off.
 */
export class Pairing {
  readonly #work: PairingWork;
  readonly #most: number;
  readonly #upto: number | null;
  #page: readonly Expected[] = [];
  #at = 0;
  /** The last expected record that was taken. */
  #last: number;
  #ended = false;
  /** The sides come in orders of their own: nothing is won by going on with both at a time. */
  #apart = false;
  readonly #awaited = new Map<string, Expected>();
  readonly #found = new Map<string, Found>();
  readonly #postponed: number[] = [];
  #isWaiting = false;
  #paired = 0;
  #pairedBefore = 0;

  constructor(work: PairingWork) {
    this.#work = work;
    this.#most = work.most ?? 10_000;
    this.#last = work.ids?.above ?? 0;
    this.#upto = work.ids?.upto ?? null;
  }

  /** Takes what one mapping reads. A key that comes again is told as long as the first one is at hand. */
  take(inputs: readonly KeptInput[], mapping: number): number {
    let fresh = 0;
    for (const input of inputs) if (this.#take(input, mapping)) fresh += 1;
    return fresh;
  }

  /**
   * Takes the first of records that were read, given by their keys and field by field, as long as they are the
   * very ones that are expected next. Returns how many.
   */
  takeInOrder(keys: readonly string[], values: ReadValues, fields: readonly string[]): number {
    const { byColumns } = this.#work;
    if (byColumns === undefined || !byColumns.pays || this.#apart || this.#ended) return 0;
    // Of those that were read ahead the first tells whether it is worth reading them once more.
    if (this.#at < this.#page.length && !this.#isNext(keys[0]!)) return 0;
    const staged = byColumns.read(this.#last, this.#upto, keys.length);
    let taken = 0;
    while (taken < staged.length && staged[taken]![1] === keys[taken] && this.#isPlain(keys[taken]!))
      taken += 1;
    if (taken === 0) return 0;
    this.#page = [];
    this.#at = 0;
    this.#last = staged[taken - 1]![0];
    this.#paired += taken;
    const odd = byColumns.compare(taken < staged.length ? staged.slice(0, taken) : staged, values, fields);
    this.#tellOdd(
      odd,
      staged.map(([id]) => id),
      values,
      fields,
    );
    return taken;
  }

  /** Whether a record that meets its counterpart needs nothing more. */
  #isPlain(key: string): boolean {
    const { shared } = this.#work;
    return (
      (shared.size === 0 || !shared.has(key)) &&
      (this.#found.size === 0 || !this.#found.has(key)) &&
      !this.#waits(key)
    );
  }

  #tellOdd(
    odd: readonly number[],
    ids: readonly number[],
    values: ReadValues,
    fields: readonly string[],
  ): void {
    if (odd.length === 0) return;
    const { entity, expected, onPair } = this.#work;
    let n = 0;
    for (const page of readThese(
      expected,
      odd.map((place) => ids[place]!),
    )) {
      for (const each of page) onPair(each, recordAt(entity, fields, values, odd[n++]!));
    }
  }

  #take(input: KeptInput, mapping: number): boolean {
    const { key } = input;
    // Of a key that comes twice the first one counts, wherever it waits.
    if ((this.#found.size > 0 && this.#found.has(key)) || this.#waits(key)) return false;
    if (this.#isNext(key)) {
      this.#pair(this.#takeNext(), input, mapping);
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
      this.#await(this.#takeNext());
      if (this.#isNext(key)) {
        this.#pair(this.#takeNext(), input, mapping);
        return true;
      }
    }
    this.#found.set(key, { key, record: input.record, mapping });
    if (this.#found.size === this.#most) this.#store();
    return true;
  }

  #waits(key: string): boolean {
    if (!this.#isWaiting || (this.#apart && !this.#awaited.has(key))) return false;
    return this.#work.waiting.has(key);
  }

  #next(): Expected | null {
    if (this.#apart) return null;
    if (this.#at === this.#page.length) {
      if (!this.#ended) this.#page = this.#work.expected(this.#last, this.#upto);
      else return null;
      this.#at = 0;
      this.#ended = this.#page.length === 0;
      if (this.#ended) return null;
    }
    return this.#page[this.#at]!;
  }

  #takeNext(): Expected {
    const expected = this.#page[this.#at++]!;
    this.#last = expected.sent.id;
    return expected;
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
    if (this.#awaited.size === this.#most) this.#postpone();
  }

  #postpone(): void {
    for (const { sent } of this.#awaited.values()) this.#postponed.push(sent.id);
    this.#awaited.clear();
  }

  #pair(expected: Expected, found: KeptInput, mapping: number): void {
    if (this.#work.shared.size > 0 && this.#work.shared.has(found.key)) this.#wait(mapping, [found]);
    else this.#paired += 1;
    this.#work.onPair(expected, found.record ?? emptyRecord(this.#work.entity));
  }

  /** Puts off what came too early. */
  #store(): void {
    const byMapping = new Map<number, Found[]>();
    for (const found of this.#found.values()) {
      const alike = byMapping.get(found.mapping);
      if (alike === undefined) byMapping.set(found.mapping, [found]);
      else alike.push(found);
    }
    for (const [mapping, alike] of byMapping) this.#wait(mapping, alike);
    this.#found.clear();
    this.#apart ||= this.#paired - this.#pairedBefore < this.#most;
    this.#pairedBefore = this.#paired;
  }

  #wait(mapping: number, inputs: readonly KeptInput[]): void {
    this.#isWaiting = true;
    this.#work.waiting.add(mapping, inputs);
  }

  /** Call it when all is read: how many met, and which did not. What was read and met nobody then waits. */
  end(): { readonly paired: number; readonly late: Late } {
    this.#store();
    this.#postpone();
    const ids = this.#postponed.toSorted((a, b) => a - b);
    return { paired: this.#paired, late: { ids, above: this.#last, upto: this.#upto } };
  }
}
