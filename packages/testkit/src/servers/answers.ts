import { randomBytes } from "node:crypto";
import mysql from "mysql2/promise";
import { Client } from "pg";
import type { Engine } from "./engine.js";

/** Runs statements over one connection that is closed afterwards. */
export async function execute(engine: Engine, url: string, statements: readonly string[]): Promise<void> {
  if (engine === "postgresql") {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
    client.on("error", () => undefined); // a server that goes away while we disconnect is no news
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
    return;
  }
  const connection = await mysql.createConnection({ uri: url, connectTimeout: 3000 });
  try {
    for (const statement of statements) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

/** Whether a server answers there and lets us create and drop a database. */
export async function isUsable(engine: Engine, url: string): Promise<boolean> {
  const name = `cutover_probe_${randomBytes(6).toString("hex")}`;
  try {
    await execute(engine, url, [`CREATE DATABASE ${name}`, `DROP DATABASE ${name}`]);
    return true;
  } catch {
    return false;
  }
}
