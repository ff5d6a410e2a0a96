/** Exit statuses of the command line. Where two of 4, 5 and 6 hold, the higher number wins. */
export const exit = {
  clean: 0,
  internal: 1,
  usage: 2,
  unreachable: 3,
  flags: 4,
  failed: 5,
  refused: 6,
  interrupted: 130,
} as const;

/**
 * Every code an error can have: its exit status and its meaning. Each has an anchor of the same
 * name in the reference documentation.
 */
export const errorCodes = {
  internal: [exit.internal, "A fault of Cutover itself."],
  usage: [exit.usage, "The command line is not as the command expects it."],
  "migration-invalid": [exit.usage, "The migration folder, or a file of it, is not as it should be."],
  "mapping-invalid": [exit.usage, "A mapping or system definition has errors."],
  "connection-invalid": [exit.usage, "A connection is not declared as its medium needs."],
  "source-unreadable": [exit.unreachable, "A source file is missing or cannot be read."],
  "source-malformed": [exit.usage, "A source file is not of its declared format."],
  "source-unreachable": [exit.unreachable, "The source's server did not answer or refused."],
  "target-unreachable": [exit.unreachable, "The target's server did not answer or refused."],
  "connection-lost": [exit.unreachable, "The connection was lost during the work."],
  "ledger-unusable": [exit.unreachable, "The ledger cannot be opened or written."],
  "ledger-busy": [exit.unreachable, "Another run holds the ledger."],
  "ledger-version": [exit.usage, "The ledger was written by another version."],
  "query-failed": [exit.unreachable, "The database refused a statement."],
  "target-schema": [exit.usage, "The target does not have the tables or columns that the mapping writes."],
  "books-unbalanced": [exit.internal, "The balance does not close."],
  "not-approved": [exit.refused, "The plan has no approval."],
  "stale-plan": [exit.refused, "Something changed since the plan was made."],
  "condition-fails": [exit.refused, "A condition that must hold around a load does not."],
  "nothing-to-do": [exit.usage, "There is no plan, run or report to work on."],
  interrupted: [exit.interrupted, "Stopped on request; the run can be resumed."],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof errorCodes;
