import { hostname } from "node:os";
import { CutoverError } from "@cutover/model";
import Sqlite, { type Database } from "better-sqlite3";

/** Who writes the ledger. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly command: string;
}

/** A lock that was taken. `stale` tells of a holder that died without letting go. */
export interface Hold {
  readonly stale: Holder | null;
  release(): void;
}

const readHolder = (db: Database): Holder | null =>
  (db.prepare("SELECT pid, host, since, command FROM holder").get() as Holder | undefined) ?? null;

/**
 * Takes the ledger for this process. The lock is an exclusive SQLite transaction on a file beside the
 * ledger: the operating system lets it go when the process dies, so nobody has to guess from process
 * numbers whether a lock is stale, and readers of the ledger are never in its way.
 */
export function takeHold(db: Database, path: string, command: string): Hold {
  const lock = new Sqlite(`${path}.lock`, { timeout: 0 });
  try {
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Sqlite.SqliteError) || !cause.code.startsWith("SQLITE_BUSY")) throw cause;
    const by = readHolder(db);
    const who =
      by === null ? "another process" : `process ${by.pid} on ${by.host} (${by.command}, since ${by.since})`;
    throw new CutoverError("ledger-busy", `the ledger ${path} is held by ${who}`, {
      recovery: "retry",
      driverCode: cause.code,
      remedy: "Wait until it has finished, or stop it: what it did is kept and can be resumed.",
      cause,
    });
  }
  const stale = readHolder(db);
  db.prepare("INSERT OR REPLACE INTO holder (one, pid, host, since, command) VALUES (1, ?, ?, ?, ?)").run(
    process.pid,
    hostname(),
    new Date().toISOString(),
    command,
  );
  return {
    stale,
    release() {
      try {
        db.prepare("DELETE FROM holder").run();
      } catch {
        // On a disk that is full the row stays, and tells the next one of us: the lock is what counts.
      }
      lock.exec("ROLLBACK");
      lock.close();
    },
  };
}
