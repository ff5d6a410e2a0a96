import Sqlite, { type Database, type Statement } from "better-sqlite3";
import { hashBytes } from "./canonical.js";

/** The mappings, as the ledger numbers them. */
export const mappings = { person: 1, course: 2, completion: 3 } as const;

/** What the laws ask a ledger to remember of this one workload, each in typed columns. */
const schema = `
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  mapping INTEGER NOT NULL,
  key INTEGER NOT NULL,
  hash BLOB NOT NULL,
  disposition TEXT NOT NULL,
  targetKey INTEGER,
  UNIQUE (mapping, key)
) STRICT;
CREATE TABLE person (id INTEGER PRIMARY KEY, username TEXT, givenName TEXT, familyName TEXT) STRICT;
CREATE TABLE course (id INTEGER PRIMARY KEY, code TEXT, title TEXT) STRICT;
CREATE TABLE completion (
  id INTEGER PRIMARY KEY,
  user INTEGER, userId INTEGER, course INTEGER, courseId INTEGER, attempt INTEGER, status TEXT,
  startedAt TEXT, completedAt INTEGER, score TEXT, comment TEXT
) STRICT;
-- Records of which COPY cannot take the comment as it is.
CREATE TABLE special (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE plan (digest TEXT NOT NULL, base INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE TABLE batch (id INTEGER PRIMARY KEY, state TEXT NOT NULL, records INTEGER NOT NULL) STRICT;
CREATE TABLE written (record INTEGER PRIMARY KEY, batch INTEGER NOT NULL, rowKey INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE event (id INTEGER PRIMARY KEY, text TEXT NOT NULL, digest TEXT NOT NULL) STRICT;
CREATE TABLE total (side TEXT NOT NULL, status TEXT, count INTEGER NOT NULL, score TEXT) STRICT;
`;

const file = "bare.db";

/** Opens the ledger in the working directory as Cutover opens its own; both threads do. */
export function openLedger({ create = false } = {}): Database {
  const db = new Sqlite(file, { timeout: 60_000 });
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = NORMAL");
  db.pragma("wal_autocheckpoint = 8000");
  db.pragma("cache_size = -16384");
  if (create) db.exec(schema);
  return db;
}

export type Value = string | number | null;

/** Values of the rows of a statement, and their hashes. */
export interface Hashed {
  readonly values: readonly Value[];
  readonly hashes: Buffer;
}

/** How many rows a statement inserts: more are no faster. */
export const rowsPerInsert = 100;

/**
 * Inserts of rows whose values stand one after the other; `row` is the text of one, such as `(?, 1, ?)`.
 * The hashes of all rows come as one value, and are cut where `row` says HASH.
 */
export class Inserts {
  readonly #db: Database;
  readonly #into: string;
  readonly #row: string;
  readonly #width: number;
  readonly #statements = new Map<number, Statement>();

  constructor(db: Database, into: string, row: string) {
    this.#db = db;
    this.#into = into;
    this.#row = row;
    this.#width = row.split("?").length - 1;
  }

  run(values: readonly Value[], hashes?: Buffer): void {
    const count = values.length / this.#width;
    let statement = this.#statements.get(count);
    if (statement === undefined) {
      const rows = Array.from({ length: count }, (_, i) =>
        this.#row.replace("HASH", `substr(@hashes, ${i * hashBytes + 1}, ${hashBytes})`),
      );
      statement = this.#db.prepare(`INSERT INTO ${this.#into} VALUES ${rows.join(", ")}`);
      this.#statements.set(count, statement);
    }
    if (hashes === undefined) statement.run(values);
    else statement.run(values, { hashes });
  }
}
