import type { TestDatabase } from "@cutover/testkit";
import Sqlite from "better-sqlite3";
import mysql from "mysql2/promise";
import { Client } from "pg";

/** The rows of a query as the driver gives them, on a connection of its own, past our own code. */
export async function ask(database: TestDatabase, sql: string): Promise<readonly (readonly unknown[])[]> {
  switch (database.engine) {
    case "postgresql": {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      try {
        return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;
      } finally {
        await client.end();
      }
    }
    case "mariadb": {
      const connection = await mysql.createConnection({ uri: database.url, rowsAsArray: true });
      try {
        await connection.query("SET sql_mode = 'ANSI_QUOTES', time_zone = '+00:00'");
        return (await connection.query(sql))[0] as unknown[][];
      } finally {
        await connection.end();
      }
    }
    case "sqlite": {
      const db = new Sqlite(database.url.slice("sqlite:".length), { timeout: 0 });
      try {
        return db.prepare<[], unknown[]>(sql).raw().all();
      } finally {
        db.close();
      }
    }
  }
}

/** How much of a database others hold: connections, or in a file a state that is not the last one. */
export async function heldOf(database: TestDatabase): Promise<number> {
  if (database.engine === "sqlite") {
    // A checkpoint is complete only where nobody reads a state that is older than the last write.
    await database.run("CREATE TABLE IF NOT EXISTS probe (n INTEGER)", "INSERT INTO probe VALUES (1)");
    return Number((await ask(database, "PRAGMA wal_checkpoint(TRUNCATE)"))[0]?.[0]);
  }
  const sql =
    database.engine === "postgresql"
      ? "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
      : "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
  return Number((await ask(database, sql))[0]?.[0]);
}
