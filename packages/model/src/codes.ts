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
 * Every code an error can have: its exit status, its meaning, and what to do about it. Each has an anchor of the same
 * name in the reference documentation.
 */
export const errorCodes = {
  internal: [
    exit.internal,
    "A fault of Cutover itself.",
    "Report it with the message and the codes; nothing was approved or lost by it.",
  ],
  usage: [
    exit.usage,
    "The command line is not as the command expects it.",
    "See `cutover <command> --help`.",
  ],
  "migration-invalid": [
    exit.usage,
    "The migration folder, or a file of it, is not as it should be.",
    "Mend migration.yaml at the place that is named; see [its reference](migration.md).",
  ],
  "mapping-invalid": [
    exit.usage,
    "A mapping or system definition has errors.",
    "Mend the file at the place that is named; see [the mapping language](mapping-language.md), and run `cutover check`.",
  ],
  "connection-invalid": [
    exit.usage,
    "A connection is not declared as its medium needs.",
    "Declare the connection as its medium needs it; see [migration.yaml](migration.md).",
  ],
  "source-unreadable": [
    exit.unreachable,
    "A source file is missing or cannot be read.",
    "Put the file where the migration expects it, or name its folder in migration.yaml.",
  ],
  "source-malformed": [
    exit.usage,
    "A source file is not of its declared format.",
    "Export the file anew, or declare its real delimiter, encoding and headers in the extract.",
  ],
  "source-unreachable": [
    exit.unreachable,
    "The source's server did not answer or refused.",
    "Check address, account and network of the source, then run the command again.",
  ],
  "target-unreachable": [
    exit.unreachable,
    "The target's server did not answer or refused.",
    "Check address, account and network of the target, then run the command again; a run that was stopped goes on.",
  ],
  "target-busy": [
    exit.unreachable,
    "Another Cutover, with a ledger of its own, writes to the target.",
    "Wait until it has finished, or stop it; then run the command again.",
  ],
  "connection-lost": [
    exit.unreachable,
    "The connection was lost during the work.",
    "Run the command again: a run goes on where it was stopped.",
  ],
  "file-unwritable": [
    exit.unreachable,
    "A file that is exported, or one of a report, cannot be written.",
    "Make room on its disk, or see to the rights, then run the same command again: a run goes on where it was stopped.",
  ],
  "ledger-unusable": [
    exit.unreachable,
    "The ledger cannot be opened or written.",
    "Check the path, the rights and the space on the disk; restore a damaged ledger from a copy.",
  ],
  "ledger-busy": [
    exit.unreachable,
    "Another run holds the ledger.",
    "Wait for the process that is named, or end it; then run the command again.",
  ],
  "ledger-version": [
    exit.usage,
    "The ledger was written by another version.",
    "Finish with the Cutover that wrote it, or move the ledger away and plan again.",
  ],
  "query-failed": [
    exit.unreachable,
    "The database refused a statement.",
    "Look up the driver's code that is named, and the rights of the account.",
  ],
  "target-schema": [
    exit.usage,
    "The target does not have the tables or columns that the mapping writes.",
    "Adapt the tables of the system's definition to the target, or upgrade the target to the version that it is written for.",
  ],
  "books-unbalanced": [
    exit.internal,
    "The balance does not close.",
    "Nothing is closed that does not balance: report it, and run the command again when nothing else writes to the source.",
  ],
  "not-approved": [
    exit.refused,
    "The plan has no approval.",
    "Have the plan looked at and approved: `cutover approve`.",
  ],
  "stale-plan": [
    exit.refused,
    "Something changed since the plan was made.",
    "Plan again, and have the new plan approved.",
  ],
  "condition-fails": [
    exit.refused,
    "A condition that must hold around a load does not.",
    "Do what the condition says, and run again.",
  ],
  "nothing-to-do": [
    exit.usage,
    "There is no plan, run or report to work on.",
    "Do the step before first: plan before run, run before reconcile and report.",
  ],
  interrupted: [
    exit.interrupted,
    "Stopped on request; the run can be resumed.",
    "Run the same command again: it goes on where it was stopped.",
  ],
} as const satisfies Record<string, readonly [status: number, meaning: string, remedy: string]>;

export type ErrorCode = keyof typeof errorCodes;
