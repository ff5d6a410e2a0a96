import type { Turns } from "./turns.js";

/** Where from and where to. */
export interface Urls {
  readonly source: string;
  readonly target: string;
}

/** One of the three phases, each a process of its own that begins with what the ledger has; two threads share it. */
export interface Phase<Tools, Given> {
  /** Holds still, until it is released, what both threads have to see alike. */
  hold?(urls: Urls): Promise<() => Promise<void>>;
  /** What each thread opens for itself. */
  open(urls: Urls): Promise<Tools>;
  /** What comes before all pieces; what it gives is handed to both threads. */
  begin(tools: Tools): Promise<Given>;
  /** One thread's share of the pieces; gives a number, of which the sum is told. */
  share(tools: Tools, given: Given, turns: Turns): Promise<number>;
  /** What comes after all pieces; gives what is added to the sum. */
  end(tools: Tools, given: Given): Promise<number>;
  close(tools: Tools): Promise<void>;
}

/** Ranges of so many whole numbers from `first` to `last`; null where there are no more. */
export const rangeOf = (
  piece: number,
  size: number,
  first: number,
  last: number,
): readonly [from: number, to: number] | null => {
  const from = first + piece * size;
  return from > last ? null : [from, Math.min(from + size - 1, last)];
};
