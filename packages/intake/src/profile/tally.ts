import { ownCopy } from "./keep.js";

/** Counts texts, the most frequent of which are wanted. Beyond `limit` different ones, new ones are only counted together. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #limit: number;
  /** How many were not told apart. */
  others = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(text: string): void {
    const count = this.#counts.get(text);
    if (count !== undefined) this.#counts.set(text, count + 1);
    else if (this.#counts.size < this.#limit) this.#counts.set(ownCopy(text), 1);
    else this.others++;
  }

  get size(): number {
    return this.#counts.size;
  }

  /** The most frequent first; those equally frequent in the order of their texts. */
  top(count = Infinity): readonly (readonly [text: string, count: number])[] {
    return [...this.#counts]
      .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : a > b ? 1 : 0))
      .slice(0, count);
  }
}

/** Counts occurrences and remembers where the first ones are. */
export class Sightings {
  count = 0;
  readonly at: number[] = [];

  add(at: number): void {
    this.count++;
    if (this.at.length < 5) this.at.push(at);
  }
}
