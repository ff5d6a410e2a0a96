import { existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { CutoverError } from "@cutover/model";
import Sqlite, { type Database } from "better-sqlite3";
import { appendEvent } from "./chain.js";
import { ledgerFailure } from "./failure.js";
import { takeHold } from "./holder.js";
import { Ledger } from "./ledger.js";
import { applicationId, ledgerVersion, schema } from "./schema.js";

export interface OpenOptions {
  /** Makes the ledger, and its folder, where there is none. */
  readonly create?: boolean | undefined;
  /** Reads beside a running writer; takes no lock. */
  readonly readonly?: boolean | undefined;
  /** What the lock says we are doing: the command's name. */
  readonly command?: string | undefined;
}

/** A ledger that lives as long as it is open; for tests and trials. */
export const inMemory = ":memory:";

function connect(path: string, options: OpenOptions): Database {
  if (path !== inMemory && !existsSync(path)) {
    if (options.create !== true || options.readonly === true) {
      throw new CutoverError("ledger-unusable", `there is no ledger at ${path}`, {
        remedy: "Make a plan first, or name the right migration folder.",
      });
    }
    create(path);
  }
  if (path !== inMemory && existsSync(path) && statSync(path).size === 0) {
    throw new CutoverError("ledger-unusable", `the ledger ${path} is empty`, {
      remedy: "Restore it from a copy. If there never was one, remove the file and plan.",
    });
  }
  return new Sqlite(path, {
    readonly: options.readonly === true,
    fileMustExist: path !== inMemory,
    timeout: 10_000,
  });
}

/** Durable enough: a killed process loses nothing, a lost power supply at most the last transactions, never the file. */
function tune(db: Database, readonly: boolean): void {
  if (!readonly) {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.pragma("journal_size_limit = 67108864");
    // A page that many transactions touch is carried over once for all of them.
    db.pragma("wal_autocheckpoint = 8000");
  }
  // What refers to what is written down in the schema, for readers. Asking for every row would cost a
  // look-up each; the tests ask once, at the end (`foreign_key_check`).
  db.pragma("foreign_keys = OFF");
  db.pragma("cache_size = -32768");
  // What is sorted, or kept aside, grows with the data: beyond the cache it does not belong in memory.
  db.pragma("temp_store = FILE");
}

/** Makes a ledger under another name, and gives it its own when it is whole: a kill leaves none, or a good one. */
function create(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.new`;
  rmSync(unfinished, { force: true });
  try {
    const db = new Sqlite(unfinished);
    try {
      build(db);
    } finally {
      db.close();
    }
    try {
      // Unlike renaming, this never takes the place of a ledger that another process made meanwhile.
      linkSync(unfinished, path);
    } catch {
      // Some file systems have no links.
      if (!existsSync(path)) renameSync(unfinished, path);
    }
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function build(db: Database): void {
  db.transaction(() => {
    db.exec(schema);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${ledgerVersion}`);
    db.prepare("INSERT INTO meta (name, value) VALUES ('extraction', '0')").run();
    appendEvent(db, "ledger-made", { version: ledgerVersion });
  }).immediate();
}

function checkVersion(db: Database, path: string): void {
  const id = db.pragma("application_id", { simple: true });
  if (id !== applicationId) {
    throw new CutoverError("ledger-unusable", `${path} is an SQLite file, but no ledger of Cutover`, {
      remedy: "Name another file, or move this one away and plan again.",
    });
  }
  const version = db.pragma("user_version", { simple: true });
  if (version !== ledgerVersion) {
    throw new CutoverError(
      "ledger-version",
      `the ledger ${path} is of version ${String(version)}; this Cutover writes version ${ledgerVersion}`,
      {
        remedy:
          Number(version) > ledgerVersion
            ? "Use the newer Cutover that wrote it."
            : "Finish with the Cutover that wrote it, or move the file away and plan again: what was loaded is then recognized in the target by its keys, and cannot be undone.",
      },
    );
  }
}

/** Another connection to a ledger that this process holds: for a thread of it. */
export function openBeside(path: string): Ledger {
  const db = connect(path, {});
  tune(db, false);
  // It writes what comes and reads little of it again; the process has a cache of its own already.
  db.pragma("cache_size = -8192");
  return new Ledger(db, path, null);
}

/**
 * Opens a ledger. To write it, this process takes it for itself until it is closed.
 *
 * @throws CutoverError `ledger-unusable` (missing, damaged, not ours, not writable), `ledger-version`,
 * `ledger-busy` (who holds it is said)
 */
export function openLedger(path: string, options: OpenOptions = {}): Ledger {
  let db: Database | undefined;
  try {
    db = connect(path, options);
    const readonly = options.readonly === true;
    if (path === inMemory) build(db);
    checkVersion(db, path);
    tune(db, readonly);
    if (readonly || path === inMemory) return new Ledger(db, path, null);
    const hold = takeHold(db, path, options.command === undefined ? "cutover" : `cutover ${options.command}`);
    if (hold.stale !== null) appendEvent(db, "holder-lost", hold.stale);
    return new Ledger(db, path, hold);
  } catch (cause) {
    db?.close();
    const error = ledgerFailure(cause, path);
    if (error instanceof CutoverError || !(error instanceof Error)) throw error;
    throw new CutoverError("ledger-unusable", `the ledger ${path} cannot be opened`, {
      remedy: "Check that the folder exists and that you may write in it.",
      cause: error,
    });
  }
}
