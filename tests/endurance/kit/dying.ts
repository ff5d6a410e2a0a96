import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Place } from "./cutover.js";

const script = path.join(import.meta.dirname, "die-at-commits.mjs");

export interface Dying {
  /** The notes about where the process died, in a file of their own. */
  readonly notes: string;
  readonly seed: number;
  /** Of a hundred kinds of commits, at how many it dies. */
  readonly share: number;
}

/** How a process is started that dies before and after commits, a kind further each time. */
export const dying = ({ notes, seed, share }: Dying): Place => ({
  node: ["--import", script],
  env: { DIE_AT_COMMITS: notes, DIE_SEED: String(seed), DIE_SHARE: String(share) },
});

/** Where processes died, in order. */
export const deaths = ({ notes }: Dying): readonly string[] =>
  existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : [];
