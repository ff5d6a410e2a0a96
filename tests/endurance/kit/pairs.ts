import { engines, type Engine } from "./databases.js";

export interface Pair {
  readonly source: Engine;
  readonly target: Engine;
}

/** The pair a seed means: one after the other, so that few trials meet all targets. */
export function pairOf(seed: number): Pair {
  const target = engines[seed % engines.length]!;
  const source = engines[Math.floor(seed / engines.length) % engines.length]!;
  return { source, target };
}
