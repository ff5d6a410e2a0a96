import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CutoverError, type Column, type SourceValue } from "@cutover/model";
import { connect, forDialect, narrowInteger } from "@cutover/sql";
import Database from "better-sqlite3";
import type { Stored } from "./values.js";

/** Tables are seen by queries only once their file has been looked at: until then they may be out of date. */
const real = (table: string): string => quoted(`rows of ${table}`);

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** What is remembered of a file. */
export interface FileState {
  /** SHA-256 of the file as it was last written or read; null where there was none. */
  readonly digest: string | null;
  /** Whether there are rows that the file does not have yet. */
  readonly dirty: boolean;
}

/**
 * The rows of a folder's files between batches: a SQLite database in the migration's own `.cutover` folder.
 * A batch is a transaction there, so that a run killed at any instant goes on exactly where it was; the
 * files are printed from it when they are published, or the loader closes.
 */
export class Store {
  readonly #db: Database.Database;
  readonly #path: string;
  readonly #migration: string;
  /** The lists of columns that rows of a table are looked up by. */
  readonly #indexed = new Map<string, (readonly string[])[]>();

  constructor(migration: string, target: string) {
    const folder = join(migration, ".cutover");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = createHash("sha256").update(target).digest("hex").slice(0, 16);
    this.#migration = migration;
    this.#path = join(folder, `files-${name}.db`);
    this.#db = new Database(this.#path);
    this.#db.defaultSafeIntegers(true);
    this.#db.pragma("journal_mode = WAL");
    this.#db.pragma("synchronous = FULL");
    this.#db.pragma("trusted_schema = OFF");
    this.#db.exec(
      "CREATE TABLE IF NOT EXISTS cutover_file (name TEXT PRIMARY KEY, digest TEXT, dirty INTEGER NOT NULL, next INTEGER NOT NULL DEFAULT 1)",
    );
  }

  transaction<T>(work: () => T): T {
    try {
      return this.#db.transaction(work).immediate();
    } catch (error) {
      // Indexes that were made meanwhile are gone with all else.
      this.#indexed.clear();
      throw error;
    }
  }

  state(table: string): FileState | null {
    const row = this.#db
      .prepare<[string], { digest: string | null; dirty: bigint }>(
        "SELECT digest, dirty FROM cutover_file WHERE name = ?",
      )
      .get(table);
    return row === undefined ? null : { digest: row.digest, dirty: row.dirty === 1n };
  }

  remember(table: string, { digest, dirty }: FileState): void {
    this.#db
      .prepare(
        "INSERT INTO cutover_file (name, digest, dirty) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, dirty = excluded.dirty",
      )
      .run(table, digest, dirty ? 1 : 0);
  }

  markDirty(table: string): void {
    this.#db.prepare("UPDATE cutover_file SET dirty = 1 WHERE name = ?").run(table);
  }

  /** Whether the table has exactly these columns. */
  fits(table: string, columns: readonly Column[]): boolean {
    const found = this.#db
      .prepare<[string], { name: string }>("SELECT name FROM pragma_table_info(?)")
      .all(`rows of ${table}`);
    return found.length === columns.length && found.every(({ name }, i) => name === columns[i]!.name);
  }

  /** Makes a table anew, without rows. */
  create(table: string, columns: readonly Column[]): void {
    const list = columns.map(({ name }) => `${quoted(name)} TEXT`).join(", ");
    this.#db.exec(`DROP TABLE IF EXISTS ${real(table)}; CREATE TABLE ${real(table)} (${list})`);
    this.#indexed.delete(table);
  }

  insert(table: string, columns: readonly string[], rows: Iterable<readonly Stored[]>): void {
    const marks = columns.map(() => "?").join(", ");
    const insert = this.#db.prepare(
      `INSERT INTO ${real(table)} (${columns.map(quoted).join(", ")}) VALUES (${marks})`,
    );
    for (const row of rows) insert.run(row);
  }

  /** Changes or removes the rows that equal `where`; returns how many. */
  change(
    table: string,
    where: Readonly<Record<string, Stored>>,
    set: Readonly<Record<string, Stored>> | null,
  ): number {
    const names = Object.keys(where);
    // Any list that these columns contain finds the row as fast.
    const lists = this.#indexed.get(table) ?? [];
    if (!lists.some((list) => list.every((name) => names.includes(name)))) this.#index(table, names);
    const condition = names.map((name) => `${quoted(name)} IS ?`).join(" AND ");
    const verb =
      set === null
        ? `DELETE FROM ${real(table)}`
        : `UPDATE ${real(table)} SET ${Object.keys(set)
            .map((name) => `${quoted(name)} = ?`)
            .join(", ")}`;
    const values = [...Object.values(set ?? {}), ...Object.values(where)];
    return this.#db.prepare(`${verb} WHERE ${condition}`).run(values).changes;
  }

  find(
    table: string,
    by: readonly string[],
    keys: Iterable<readonly Stored[]>,
    columns: readonly string[],
  ): Record<string, Stored>[] {
    this.#index(table, by);
    const condition = by.map((name) => `${quoted(name)} IS ?`).join(" AND ");
    const select = this.#db.prepare<Stored[], Record<string, Stored>>(
      `SELECT ${columns.map(quoted).join(", ") || "1"} FROM ${real(table)} WHERE ${condition} ORDER BY rowid`,
    );
    const found: Record<string, Stored>[] = [];
    const asked = new Set<string>();
    for (const key of keys) {
      const text = JSON.stringify(key);
      if (!asked.has(text)) found.push(...select.all(...key));
      asked.add(text);
    }
    return found;
  }

  #index(table: string, by: readonly string[]): void {
    const lists = this.#indexed.get(table) ?? [];
    if (lists.some((list) => list.length === by.length && list.every((name, i) => name === by[i]))) return;
    const index = quoted(`by ${table} ${by.join(" ")}`);
    this.#db.exec(`CREATE INDEX IF NOT EXISTS ${index} ON ${real(table)} (${by.map(quoted).join(", ")})`);
    this.#indexed.set(table, [...lists, by]);
  }

  /** All rows as arrays, in an order: an SQL text of this package's own making. */
  rows(table: string, columns: readonly Column[], order: string): IterableIterator<Stored[]> {
    const list = columns.map(({ name }) => quoted(name)).join(", ");
    return this.#db
      .prepare<[], Stored[]>(`SELECT ${list} FROM ${real(table)} ORDER BY ${order}`)
      .raw()
      .iterate() as IterableIterator<Stored[]>;
  }

  /** The first of `count` ids that no row has and nobody was given. */
  reserve(table: string, column: string, count: number): number {
    return this.transaction(() => {
      const row = this.#db
        .prepare<[string], { first: bigint }>(
          `SELECT MAX(next, (SELECT COALESCE(MAX(CAST(${quoted(column)} AS INTEGER)), 0) + 1 FROM ${real(table)})) AS first
           FROM cutover_file WHERE name = ?`,
        )
        .get(table)!;
      this.#db
        .prepare("UPDATE cutover_file SET next = ? WHERE name = ?")
        .run(row.first + BigInt(count), table);
      return Number(row.first);
    });
  }

  /** Lets queries see a table, under each of its names. */
  show(table: string, names: readonly string[]): void {
    for (const name of names) {
      this.#db.exec(`CREATE TEMP VIEW IF NOT EXISTS ${quoted(name)} AS SELECT * FROM ${real(table)}`);
    }
  }

  /** Runs one reading statement over the tables. */
  query(sql: string): Readonly<Record<string, SourceValue>>[] {
    const { dialect } = connect(`sqlite:${this.#path}`, { folder: this.#migration, role: "target" });
    this.#db.pragma("query_only = ON");
    try {
      const statement = this.#db.prepare(forDialect(sql, dialect));
      if (!statement.reader) throw new TypeError("not a query");
      return (statement.all() as Record<string, SourceValue>[]).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === "bigint" ? narrowInteger(value) : value,
          ]),
        ),
      );
    } catch (cause) {
      if (cause instanceof CutoverError) throw cause;
      throw new CutoverError("query-failed", "SQLite refused a query over the target's files", {
        driverCode: cause instanceof Database.SqliteError ? cause.code : undefined,
        cause,
      });
    } finally {
      this.#db.pragma("query_only = OFF");
    }
  }

  close(): void {
    this.#db.close();
  }
}
