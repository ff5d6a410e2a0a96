import type { Client } from "pg";

const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/** Begins a transaction that sees one state, and gives the name by which others see the same. */
export async function beginSnapshot(client: Client): Promise<string> {
  await client.query(begin);
  const { rows } = await client.query<{ name: string }>("SELECT pg_export_snapshot() AS name");
  return rows[0]!.name;
}

/** Begins a transaction that sees the state of another connection, as long as that one holds it. */
export async function joinSnapshot(client: Client, name: string): Promise<string> {
  await client.query(begin);
  await client.query(`SET TRANSACTION SNAPSHOT '${name.replaceAll("'", "''")}'`);
  return name;
}
