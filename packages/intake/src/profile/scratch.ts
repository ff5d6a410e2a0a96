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
  readonly #insertKey: Database.Statement<[string, Buffer, Buffer]>;
  readonly #insertRecord: Database.Statement<[string, Buffer]>;
  readonly #insertReference: Database.Statement<[string, string, string, Buffer]>;

  constructor() {
    this.#db.pragma("journal_mode = OFF");
    this.#db.pragma("synchronous = OFF");
    this.#db.exec(`
      CREATE TABLE key (extract TEXT, exact BLOB, folded BLOB, PRIMARY KEY (extract, exact)) WITHOUT ROWID;
      CREATE TABLE record (entity TEXT, key BLOB, PRIMARY KEY (entity, key)) WITHOUT ROWID;
      CREATE TABLE reference (mapping TEXT, field TEXT, entity TEXT, key BLOB, records INTEGER DEFAULT 1,
        PRIMARY KEY (mapping, field, entity, key)) WITHOUT ROWID`);
    this.#insertKey = this.#db.prepare("INSERT OR IGNORE INTO key VALUES (?, ?, ?)");
    this.#insertRecord = this.#db.prepare("INSERT OR IGNORE INTO record VALUES (?, ?)");
    this.#insertReference = this.#db.prepare(
      `INSERT INTO reference (mapping, field, entity, key) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET records = records + 1`,
    );
  }

  batch(work: () => void): void {
    this.#db.transaction(work)();
  }

  /** Whether the key is the first of its kind in the extract. */
  isFirst(extract: string, key: string): boolean {
    return this.#insertKey.run(extract, hash16(key), hash16(key.trim().toLowerCase())).changes === 1;
  }

  /** Different keys that are the same but for case and outer space. */
  variants(extract: string): number {
    const row = this.#db
      .prepare<[string], { variants: number | null }>(
        `SELECT SUM(n) AS variants FROM
           (SELECT COUNT(*) AS n FROM key WHERE extract = ? GROUP BY folded HAVING COUNT(*) > 1)`,
      )
      .get(extract);
    return row?.variants ?? 0;
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
