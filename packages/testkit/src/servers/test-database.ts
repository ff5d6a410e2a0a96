import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { execute } from "./answers.js";
import { engines, type Engine } from "./engine.js";
import { freshDatabase } from "./fresh-database.js";

/** Every engine that a system can be kept in. */
export const databaseEngines = ["sqlite", ...engines] as const;

export interface TestDatabase {
  readonly engine: Engine | "sqlite";
  /** As a migration declares it: `sqlite:/path`, `postgres://…`, `mysql://…`. */
  readonly url: string;
  /** Runs statements past our own code; identifiers in double quotes on every engine. */
  run(...statements: readonly string[]): Promise<void>;
  drop(): Promise<void>;
}

/** Where a database is made, if not on the servers of the run and among temporary files. */
export interface Ground {
  readonly server?: string | undefined;
  /** For PostgreSQL; by default everything can be written. */
  readonly encoding?: "LATIN1" | undefined;
  /** For SQLite; it stays when the database is dropped. */
  readonly folder?: string | undefined;
}

/** A new, empty database of one test file, of any engine, so that one suite runs over all of them. */
export async function testDatabase(
  engine: TestDatabase["engine"],
  ground: Ground = {},
): Promise<TestDatabase> {
  if (engine === "sqlite") return sqliteDatabase(ground.folder);
  const { url, drop } = await freshDatabase(engine, ground.server, ground.encoding);
  const before =
    engine === "mariadb"
      ? ["SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES', time_zone = '+00:00'"]
      : [];
  return { engine, url, drop, run: (...statements) => execute(engine, url, [...before, ...statements]) };
}

function sqliteDatabase(given: string | undefined): TestDatabase {
  const folder = given ?? mkdtempSync(join(tmpdir(), "cutover-sqlite-"));
  const path = join(folder, "test.db");
  const db = new Sqlite(path);
  db.pragma("journal_mode = WAL");
  return {
    engine: "sqlite",
    url: `sqlite:${path}`,
    run: async (...statements) => statements.forEach((statement) => db.exec(statement)),
    drop: async () => {
      db.close();
      if (given === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
