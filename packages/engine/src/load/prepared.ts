import type { FoundIssue } from "@cutover/mapping";
import type { WriteBatch } from "@cutover/model";
import type { Attempt } from "./attempt.js";
import type { WrittenRows } from "./row-changes.js";

/** The natural keys of new rows, as texts, by the names of their tables. */
export type Keys = ReadonlyMap<string, ReadonlySet<string>>;

/** A record of a batch. */
export interface PreparedRecord {
  readonly id: number;
  /** What the target calls it once the batch is applied. */
  readonly targetKey: string;
  readonly isNew: boolean;
  readonly issues: readonly FoundIssue[];
  readonly deferred: readonly string[];
}

/** A record that cannot be written as things are. */
export interface Refused {
  readonly id: number;
  /** Whether the target had it, and has it no longer. */
  readonly isGone?: boolean | undefined;
  readonly issues: readonly FoundIssue[];
}

/** A batch, before the target has begun with it. */
export interface Prepared {
  readonly attempt: Attempt;
  readonly batch: WriteBatch;
  readonly written: readonly WrittenRows[];
  readonly records: readonly PreparedRecord[];
  readonly refused: readonly Refused[];
  /** Null where it may change rows that are there. */
  readonly keys: Keys | null;
}

/** A batch that the target is still at work on. */
export interface Before {
  readonly attempt: Attempt;
  readonly written: WriteBatch;
  /** Null where it may have changed rows that were there. */
  readonly keys: Keys | null;
}
