import { CutoverError, type Stage } from "@cutover/model";
import Sqlite from "better-sqlite3";

const remedies: readonly (readonly [code: string, what: string, remedy: string])[] = [
  ["SQLITE_NOTADB", "is not an SQLite file", "Name another file, or move this one away and plan again."],
  [
    "SQLITE_CORRUPT",
    "is damaged",
    "Restore it from a copy. The target can be read again; what the ledger knew cannot be guessed.",
  ],
  ["SQLITE_CANTOPEN", "cannot be opened", "Check that the folder exists and that you may write in it."],
  ["SQLITE_READONLY", "cannot be written", "Check the permissions of the file and of its folder."],
  ["SQLITE_PERM", "cannot be written", "Check the permissions of the file and of its folder."],
  ["SQLITE_FULL", "cannot grow: the disk is full", "Free some space, then resume."],
  ["SQLITE_IOERR", "cannot be read or written by the disk", "Check the disk, then resume."],
];

/**
 * What SQLite says about the ledger's file, as our own error; every other error comes back as it is,
 * for it is a fault of a statement and not of the file.
 */
export function ledgerFailure(cause: unknown, path: string, stage?: Stage): unknown {
  if (!(cause instanceof Sqlite.SqliteError)) return cause;
  if (cause.code.startsWith("SQLITE_BUSY") || cause.code.startsWith("SQLITE_LOCKED")) {
    return new CutoverError("ledger-busy", `the ledger ${path} is locked by another program`, {
      stage,
      recovery: "retry",
      driverCode: cause.code,
      remedy: "Close the other program, then try again.",
      cause,
    });
  }
  const found = remedies.find(([code]) => cause.code === code || cause.code.startsWith(`${code}_`));
  if (found === undefined) return cause;
  const [, what, remedy] = found;
  return new CutoverError("ledger-unusable", `the ledger ${path} ${what}`, {
    stage,
    driverCode: cause.code,
    remedy,
    cause,
  });
}
