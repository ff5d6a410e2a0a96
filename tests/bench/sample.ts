import type { Sample } from "./src/contest.js";

/** A measured step, as far as nothing else is said of it. */
export const sample = (step: string, over: Partial<Sample> = {}): Sample => ({
  contest: "mariadb-postgresql",
  rows: 1_000_000,
  records: 1_000_000,
  turn: 1,
  step,
  seconds: 1,
  cpu: 1,
  peakMb: 100,
  ...over,
});
