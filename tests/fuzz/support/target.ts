import type * as fc from "fast-check";
import { CutoverError } from "@cutover/model";

/** How an input may end. All else is a finding: what is thrown, a wrong count, a hang, too much memory. */
export type Ending = "records" | "issues" | "error";

/** What hostile input is thrown at: how it is made, and what judges how it ended. */
export interface Target<T> {
  /** Inputs in a small form that can be shrunk; `judge` makes bytes of them. */
  readonly arbitrary: fc.Arbitrary<T>;
  /** Before the first input. */
  open?(): Promise<void>;
  /** Throws where the input did not end as it should. */
  judge(input: T): Promise<Ending>;
  /** After the last one. */
  close?(): Promise<void>;
}

/** Codes that input may end in. `internal` and `books-unbalanced` are faults of ours, whatever was read. */
const clear: ReadonlySet<string> = new Set([
  "source-malformed",
  "source-unreadable",
  "mapping-invalid",
  "migration-invalid",
  "connection-invalid",
  "query-failed",
]);

/** Takes an error for the input's fault where it is a clear one; throws it again where it is ours. */
export function clearError(error: unknown): "error" {
  if (error instanceof CutoverError && clear.has(error.code) && error.message !== "") return "error";
  throw error;
}
