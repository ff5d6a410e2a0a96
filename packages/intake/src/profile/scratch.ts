import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hash16, type EntityName } from "@cutover/model";
import Database from "better-sqlite3";

/** Orphans of one reference field. */
export interface Orphans {
  readonly mapping: string;
  readonly field: string;
  readonly entity: EntityName;
  readonly records: number;
  readonly keys: number;
}

/**
 * Hashes of keys and references on disk, so that millions of them need no memory. Only hashes: the file
 * holds nobody's data. It is removed on close.
 */
export class ProfileScratch {
  readonly #folder = mkdtempSync(join(tmpdir(), "cutover-"));
  readonly #db = new Database(join(this.#folder, "profile.db"));
  readonly #insertKey: Database.Statement<[Buffer, Buffer, number]>;
  readonly #insertRecord: Database.Statement<[string, Buffer]>;
  readonly #insertReference: Database.Statement<[string, string, string, Buffer]>;

  constructor() {
    this.#db.pragma("journal_mode = OFF");
    this.#db.pragma("synchronous = OFF");
    this.#db.exec(`
      CREATE TABLE key (exact BLOB, folded BLOB, at INTEGER);
      CREATE TABLE record (entity TEXT, key BLOB, PRIMARY KEY (entity, key)) WITHOUT ROWID;
      CREATE TABLE reference (mapping TEXT, field TEXT, entity TEXT, key BLOB, records INTEGER DEFAULT 1,
        PRIMARY KEY (mapping, field, entity, key)) WITHOUT ROWID`);
    this.#insertKey = this.#db.prepare("INSERT INTO key VALUES (?, ?, ?)");
    this.#insertRecord = this.#db.prepare("INSERT OR IGNORE INTO record VALUES (?, ?)");
    this.#insertReference = this.#db.prepare(
      `INSERT INTO reference (mapping, field, entity, key) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET records = records + 1`,
    );
  }

  batch(work: () => void): void {
    this.#db.transaction(work)();
  }

  key(key: string, at: number): void {
    const exact = hash16(key);
    const folded = key.trim().toLowerCase();
    this.#insertKey.run(exact, folded === key ? exact : hash16(folded), at);
  }

  /** What the keys so far say; then there are none, for the next extract. Appending and one sort beat an index. */
  takeKeys(): {
    readonly duplicates: number;
    readonly duplicatesAt: readonly number[];
    readonly variants: number;
  } {
    const one = (sql: string): number => this.#db.prepare<[], number>(sql).pluck().get() ?? 0;
    const taken = {
      duplicates: one("SELECT COUNT(*) - COUNT(DISTINCT exact) FROM key"),
      duplicatesAt: this.#db
        .prepare<[], number>(
          `SELECT at FROM (SELECT rowid AS id, at, ROW_NUMBER() OVER (PARTITION BY exact ORDER BY rowid) AS n FROM key)
           WHERE n > 1 ORDER BY id LIMIT 5`,
        )
        .pluck()
        .all(),
      variants: one(
        `SELECT SUM(n) FROM (SELECT COUNT(DISTINCT exact) AS n FROM key GROUP BY folded HAVING COUNT(DISTINCT exact) > 1)`,
      ),
    };
    this.#db.exec("DELETE FROM key");
    return taken;
  }

  record(entity: EntityName, key: string): void {
    this.#insertRecord.run(entity, hash16(key));
  }

  refersTo(mapping: string, field: string, entity: EntityName, key: string): void {
    this.#insertReference.run(mapping, field, entity, hash16(key));
  }

  orphans(): readonly Orphans[] {
    return this.#db
      .prepare<[], Orphans>(
        `SELECT mapping, field, entity, SUM(records) AS records, COUNT(*) AS keys FROM reference r
         WHERE NOT EXISTS (SELECT 1 FROM record t WHERE t.entity = r.entity AND t.key = r.key)
         GROUP BY mapping, field, entity ORDER BY mapping, field`,
      )
      .all();
  }

  close(): void {
    this.#db.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
