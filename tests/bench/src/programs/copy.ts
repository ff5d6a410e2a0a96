import Sqlite from "better-sqlite3";
import mysql from "mysql2/promise";
import pg from "pg";
import type { Moving } from "../contests/pair.js";
import { createTable, source } from "../data/tables.js";

/** A table of the source's shape in the target, for programs that copy rows as they are. */
export const makeCopy = ({ target }: Moving): Promise<void> =>
  target.run(createTable(target.engine, source.record));

async function countRows({ engine, url }: Moving["target"], table: string): Promise<number> {
  const sql = `SELECT COUNT(*) AS n FROM ${table}`;
  if (engine === "sqlite") {
    const db = new Sqlite(url.slice("sqlite:".length), { readonly: true });
    const n = db.prepare(sql).pluck().get() as number;
    db.close();
    return n;
  }
  if (engine === "postgresql") {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ n: string }>(sql);
    await client.end();
    return Number(rows[0]!.n);
  }
  const connection = await mysql.createConnection(url);
  const [rows] = await connection.query<mysql.RowDataPacket[]>(sql);
  await connection.end();
  return Number(rows[0]!["n"]);
}

/** A figure is worth nothing where the work was not done. */
export async function expectRows({ target, size }: Moving, table: string): Promise<void> {
  const found = await countRows(target, table);
  if (found !== size.records) throw new Error(`${table} should have ${size.records} rows and has ${found}`);
}
