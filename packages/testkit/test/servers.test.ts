import { engines, freshDatabase, type FreshDatabase } from "@cutover/testkit";
import mysql from "mysql2/promise";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const text = "Ünïcödé 🦉 漢字 עברית";

async function roundTrip(database: FreshDatabase): Promise<unknown> {
  if (database.engine === "postgresql") {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query("CREATE TABLE t (v text)");
      await client.query("INSERT INTO t VALUES ($1)", [text]);
      return (await client.query<{ v: string }>("SELECT v FROM t")).rows[0]?.v;
    } finally {
      await client.end();
    }
  }
  const connection = await mysql.createConnection(database.url);
  try {
    await connection.query("CREATE TABLE t (v text)");
    await connection.query("INSERT INTO t VALUES (?)", [text]);
    const [rows] = await connection.query<mysql.RowDataPacket[]>("SELECT v FROM t");
    return rows[0]?.["v"] as unknown;
  } finally {
    await connection.end();
  }
}

describe.each(engines)("%s", (engine) => {
  const made: FreshDatabase[] = [];
  // Where the server has to be installed first, this takes a minute.
  beforeAll(async () => {
    made.push(await freshDatabase(engine), await freshDatabase(engine));
  });
  afterAll(async () => {
    for (const database of made) await database.drop();
  });

  it("gives every caller a database of its own that holds any script", async () => {
    expect(made[0]!.url).not.toBe(made[1]!.url);
    for (const database of made) expect(await roundTrip(database)).toBe(text);
  });

  it("takes the database away again", async () => {
    const database = await freshDatabase(engine);
    await database.drop();
    await expect(roundTrip(database)).rejects.toMatchObject({
      code: engine === "postgresql" ? "3D000" : "ER_BAD_DB_ERROR",
    });
  });
});
