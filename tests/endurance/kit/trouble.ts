import type { Engine, TestDatabase } from "@cutover/testkit";
import Sqlite from "better-sqlite3";
import mysql from "mysql2/promise";
import pg from "pg";

/** Another program's connection to a database. */
export interface Rival {
  /** Runs statements as one; what fails is thrown. */
  run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  end(): Promise<void>;
}

export const isServer = (engine: TestDatabase["engine"]): engine is Engine => engine !== "sqlite";

export async function rivalOf({ engine, url }: Pick<TestDatabase, "engine" | "url">): Promise<Rival> {
  if (engine === "sqlite") {
    const db = new Sqlite(url.replace(/^sqlite:/, ""));
    return {
      run: async (sql) => {
        db.exec(sql);
        return [];
      },
      end: async () => void db.close(),
    };
  }
  if (engine === "postgresql") {
    const client = new pg.Client(url);
    client.on("error", () => undefined);
    await client.connect();
    return {
      run: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
      end: () => client.end().catch(() => undefined),
    };
  }
  const connection = await mysql.createConnection(url);
  connection.on("error", () => undefined);
  await connection.query("SET sql_mode = 'ANSI_QUOTES'");
  return {
    run: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
    },
    end: () => connection.end().catch(() => undefined),
  };
}

/** What an administrator does to everybody else's connections to a database. */
const doings = {
  postgresql: {
    end: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cutover'",
    cancel:
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cutover'",
  },
  mariadb: { end: "KILL", cancel: "KILL QUERY" },
} as const;

/** Ends all connections to a database, or what they are at, as an administrator would. */
export async function disturb(database: TestDatabase, how: "end" | "cancel"): Promise<void> {
  if (!isServer(database.engine)) return;
  const rival = await rivalOf(database);
  try {
    if (database.engine === "postgresql") {
      await rival.run(doings.postgresql[how]);
      return;
    }
    const others = await rival.run(
      "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
    );
    for (const { id } of others) {
      // It may have ended by itself in the meantime.
      await rival.run(`${doings.mariadb[how]} ${String(id)}`).catch(() => undefined);
    }
  } finally {
    await rival.end();
  }
}
