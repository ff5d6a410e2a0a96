import { hashBytes, type ExtractSpec, type SourceBatch } from "@cutover/model";
import { shapeFinder } from "./shapes.js";
import { writesReader, type StoredKey, type Written, type Writes } from "./standing-writes.js";
import { changedSince, lookFor, type WrittenSearch } from "./written-rows.js";

type Rows = SourceBatch["rows"];

/** Rows that were written alike, and are met one after the other. */
class Passing {
  readonly #search: WrittenSearch;
  readonly #coming: Generator<Written>;
  readonly #keyAt: number;
  readonly #placesOf: (written: Written) => readonly number[];
  #written: Written | null = null;
  /** The next of them that is to be met. */
  #at = 0;
  /** Those that were not. */
  #missed: number[] = [];

  constructor(search: WrittenSearch, { columns, key }: ExtractSpec, coming: Generator<Written>) {
    this.#search = search;
    this.#coming = coming;
    const places = new Map(columns.map(({ name }, i) => [name, i]));
    this.#keyAt = places.get(key[0]!)!;
    this.#placesOf = ({ shape }) => shape.columns.map((name) => places.get(name)!);
  }

  /** Takes the rows that come by next, in the order of their keys. */
  async take(rows: Rows): Promise<void> {
    const keyAt = this.#keyAt;
    for (let i = 0; i < rows.length;) {
      const written = this.#at < (this.#written?.keys.length ?? 0) ? this.#written : await this.#next();
      if (written === null) return;
      const { keys } = written;
      const key = rows[i]![keyAt]!;
      const next = keys[this.#at]!;
      if (key === next) {
        let more = 1;
        while (i + more < rows.length && rows[i + more]![keyAt] === keys[this.#at + more]) more += 1;
        this.#meet(written, rows.slice(i, i + more));
        i += more;
      } else if (typeof key !== "number" || (typeof next === "number" && key < next)) i += 1;
      else this.#missed.push(this.#at++);
    }
  }

  /** Call it when all rows came by. */
  async end(): Promise<void> {
    for (
      let written = this.#written ?? (await this.#next());
      written !== null;
      written = await this.#next()
    ) {
      while (this.#at < written.keys.length) this.#missed.push(this.#at++);
    }
  }

  #meet({ hashes, keys, ...alike }: Written, rows: Rows): void {
    const [from, to] = [this.#at, this.#at + rows.length];
    this.#at = to;
    const met: Written = {
      ...alike,
      keys: keys.slice(from, to),
      hashes: hashes?.subarray(from * hashBytes, to * hashBytes) ?? null,
    };
    const { tell } = this.#search;
    const suspects = changedSince(met, rows, this.#placesOf(met));
    if (suspects.length > 0) tell({ kind: "suspects", suspects });
    tell({ kind: "looked", writes: rows.length });
  }

  /** Goes on to the rows that were written next, when it is known of the last ones which were not met. */
  async #next(): Promise<Written | null> {
    const written = this.#written;
    if (written !== null && this.#missed.length > 0) await lookFor(some(written, this.#missed), this.#search);
    this.#missed = [];
    this.#at = 0;
    const { value, done } = this.#coming.next();
    this.#written = done === true ? null : value;
    return this.#written;
  }
}

/** Some rows of those that were written. */
function some({ keys, hashes, ...alike }: Written, places: readonly number[]): Written {
  return {
    ...alike,
    keys: places.map((place): StoredKey => keys[place]!),
    hashes:
      hashes &&
      Buffer.concat(places.map((place) => hashes.subarray(place * hashBytes, (place + 1) * hashBytes))),
  };
}

/**
 * Looks for written rows among those of an extract that reads their table, while these are read to be compared:
 * what is met there, where it is expected, and is as it was made, need not be asked for. All others are.
 */
export class PassingRows {
  readonly #all: readonly Passing[];

  constructor(search: WrittenSearch, extract: ExtractSpec, writes: readonly Writes[]) {
    const { ledger, system } = search;
    const read = writesReader(ledger, shapeFinder(ledger, system));
    const coming = function* (some: readonly Writes[]): Generator<Written> {
      for (const one of some) yield* read(one);
    };
    const shapes = [...new Set(writes.map(({ shape }) => shape))];
    this.#all = shapes.map((id) => {
      const alike = writes.filter(({ shape }) => shape === id);
      return new Passing(search, extract, coming(alike));
    });
  }

  /** Takes rows of the extract that come by next. */
  async take({ rows }: SourceBatch): Promise<void> {
    for (const each of this.#all) await each.take(rows);
  }

  /** Call it when all rows came by. */
  async end(): Promise<void> {
    for (const each of this.#all) await each.end();
  }
}
