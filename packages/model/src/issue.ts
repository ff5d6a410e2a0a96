import type { IssueCode } from "./issue-codes.js";
import type { EntityName } from "./kinds.js";

/**
 * What is wrong with one record. A value, never an exception, and never with the offending value in it.
 * `flag` needs a person, and the record waits; `warning` is told, and the record goes on.
 */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: "flag" | "warning";
  readonly entity: EntityName;
  /** Mapping that found it, `cornerstone/transcript`. */
  readonly mapping: string;
  /** The source's key of the record; a position (`line 17`) where it has none. */
  readonly key: string;
  readonly field: string | null;
  /** Where and why in words, without a value: the step, the column, the rule's name. */
  readonly note: string | null;
}
