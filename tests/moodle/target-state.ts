import { createHash } from "node:crypto";
import mysql from "mysql2/promise";
import { Client } from "pg";

export type Row = Readonly<Record<string, unknown>>;

/** A connection for the test's own questions, past our code. */
export interface Asking {
  ask(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export async function asking(url: string): Promise<Asking> {
  if (url.startsWith("postgres")) {
    const client = new Client({ connectionString: url });
    await client.connect();
    return { ask: async (sql) => (await client.query<Row>(sql)).rows, close: () => client.end() };
  }
  const connection = await mysql.createConnection({ uri: url, charset: "utf8mb4" });
  return {
    ask: async (sql) => {
      const [rows] = await connection.query(sql);
      return Array.isArray(rows) ? (rows as Row[]) : [];
    },
    close: () => connection.end(),
  };
}

/** One digest for the rows of every table, so that two states of a database can be compared. */
export async function stateOf(database: Asking): Promise<ReadonlyMap<string, string>> {
  const tables = await database.ask(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_name LIKE 'mdl\\_%' ORDER BY table_name",
  );
  const state = new Map<string, string>();
  for (const { name } of tables as readonly { readonly name: string }[]) {
    const rows = await database.ask(`SELECT * FROM ${name}`);
    const lines = rows.map((row) => JSON.stringify(row)).toSorted();
    state.set(name, `${rows.length} ${createHash("sha256").update(lines.join("\n")).digest("hex")}`);
  }
  return state;
}
