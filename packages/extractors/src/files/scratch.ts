import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, forDialect } from "@cutover/sql";
import Database from "better-sqlite3";
import { CutoverError, type ExtractSpec, type SourceBatch, type SourceValue } from "@cutover/model";

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A source value as text, the way it stands in a file. */
function asText(value: SourceValue): string | Uint8Array | null {
  if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
  return String(value);
}

/**
 * A temporary SQLite database that holds extracts as tables of text, for control totals over files. It
 * lies in a folder only its owner can open, and is removed on close.
 */
export class ScratchDatabase {
  readonly #folder = mkdtempSync(join(tmpdir(), "cutover-"));
  readonly #db = new Database(join(this.#folder, "scratch.db"));
  readonly #dialect = connect("sqlite:scratch.db", { folder: this.#folder, role: "source" }).dialect;
  readonly #loaded = new Set<string>();

  constructor() {
    this.#db.defaultSafeIntegers(true);
    this.#db.pragma("journal_mode = OFF");
    this.#db.pragma("synchronous = OFF");
    this.#db.pragma("trusted_schema = OFF");
  }

  /** Loads an extract's rows, once. */
  async load(
    extract: ExtractSpec,
    read: (extract: ExtractSpec) => AsyncIterable<SourceBatch>,
  ): Promise<void> {
    if (this.#loaded.has(extract.name)) return;
    const table = quoted(extract.name);
    const columns = extract.columns.map(({ name }) => `${quoted(name)} TEXT`);
    this.#db.exec(`DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (${columns.join(", ")})`);
    const insert = this.#db.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`);
    const insertAll = this.#db.transaction((rows: readonly (readonly SourceValue[])[]) => {
      for (const row of rows) insert.run(row.map(asText));
    });
    for await (const { rows } of read(extract)) insertAll(rows);
    this.#loaded.add(extract.name);
  }

  /** Runs one reading statement. */
  query(sql: string): readonly Readonly<Record<string, SourceValue>>[] {
    this.#db.pragma("query_only = ON");
    try {
      const statement = this.#db.prepare(forDialect(sql, this.#dialect));
      if (!statement.reader) throw refused(new Error("not a query"));
      const rows = statement.all() as Record<string, string | bigint | number | Buffer | null>[];
      return rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value,
          ]),
        ),
      );
    } catch (error) {
      throw error instanceof CutoverError ? error : refused(error);
    } finally {
      this.#db.pragma("query_only = OFF");
    }
  }

  close(): void {
    this.#db.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const refused = (cause: unknown): CutoverError =>
  new CutoverError("query-failed", "SQLite refused a query over the files", {
    stage: "extract",
    driverCode: cause instanceof Database.SqliteError ? cause.code : undefined,
    cause,
  });
