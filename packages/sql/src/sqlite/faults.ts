import { existsSync } from "node:fs";
import { CutoverError } from "@cutover/model";
import type { FileAddress } from "../address.js";
import { SqlFault, type FaultKind, type Role } from "../fault.js";

/** By result code: https://www.sqlite.org/rescode.html. The first prefix that fits decides. */
const kinds: readonly (readonly [prefix: string, kind: FaultKind])[] = [
  ["SQLITE_CONSTRAINT_UNIQUE", "unique"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "unique"],
  ["SQLITE_CONSTRAINT_ROWID", "unique"],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", "foreign-key"],
  ["SQLITE_CONSTRAINT_NOTNULL", "not-null"],
  ["SQLITE_CONSTRAINT_DATATYPE", "bad-value"],
  ["SQLITE_CONSTRAINT", "check"],
  ["SQLITE_MISMATCH", "bad-value"],
  ["SQLITE_TOOBIG", "too-large"],
  ["SQLITE_BUSY", "lock-timeout"],
  ["SQLITE_LOCKED", "lock-timeout"],
  ["SQLITE_READONLY", "read-only"],
  ["SQLITE_PERM", "permission"],
  ["SQLITE_AUTH", "permission"],
  ["SQLITE_FULL", "full"],
  ["SQLITE_CANTOPEN", "unreachable"],
  ["SQLITE_NOTADB", "unreachable"],
  ["SQLITE_CORRUPT", "unreachable"],
  ["SQLITE_IOERR", "connection-lost"],
  ["SQLITE_RANGE", "syntax"],
  ["SQLITE_ERROR", "syntax"],
];

const codeOf = (error: unknown): string | null =>
  error !== null && typeof error === "object" && "code" in error ? String(error.code) : null;

/** What a killed program left half-written only somebody who may write the file can put right. */
const halfWritten = /^SQLITE_READONLY_(ROLLBACK|RECOVERY)$/;

/** A failure to open: whatever it is, the file is not to be used. */
export const openFault =
  ({ path }: FileAddress) =>
  (error: unknown, role: Role): SqlFault => {
    const code = codeOf(error) ?? "SQLITE_CANTOPEN";
    const remedy = halfWritten.test(code)
      ? "A program was stopped while it wrote the file: open the file once with one that may write it, so that SQLite puts it right."
      : undefined;
    const what = existsSync(path) ? `the file ${path} cannot be used` : `there is no file ${path}`;
    return new SqlFault("unreachable", code, role, error, remedy, what);
  };

export function sqliteFault(error: unknown, role: Role): CutoverError {
  if (error instanceof CutoverError) return error;
  const code = codeOf(error);
  if (code === null) {
    // The driver throws plain TypeErrors and RangeErrors for statements it cannot take.
    return new SqlFault(error instanceof RangeError ? "bad-value" : "syntax", "SQLITE_MISUSE", role, error);
  }
  const kind = kinds.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "other";
  return new SqlFault(kind, code, role, error);
}
