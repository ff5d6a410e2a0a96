import { setTimeout as sleep } from "node:timers/promises";
import type { Column, ColumnType, Loader, TableSpec, WriteBatch } from "@cutover/model";
import { databaseEngines, engines, testDatabase, type TestDatabase } from "@cutover/testkit";
import mysql from "mysql2/promise";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createSqlLoader } from "../../src/sql/index.js";

const table = (name: string, columns: Readonly<Record<string, ColumnType>>, id?: string): TableSpec => ({
  name,
  table: name,
  id,
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  dependents: [],
  options: {},
});
const account = table("account", { id: "integer", name: "text" }, "id");
const batch = (part: Partial<WriteBatch>): WriteBatch => ({ inserts: [], updates: [], deletes: [], ...part });
const rename = (id: number, name: string): WriteBatch["updates"][number] => ({
  table: account,
  where: { id },
  set: { name },
});

/** Another program's connection. */
interface Other {
  run(sql: string): Promise<unknown>;
  end(): Promise<void>;
}
async function other(database: TestDatabase): Promise<Other> {
  if (database.engine === "postgresql") {
    const client = new Client({ connectionString: database.url });
    client.on("error", () => undefined);
    await client.connect();
    return { run: (sql) => client.query(sql), end: () => client.end() };
  }
  const connection = await mysql.createConnection(database.url);
  return { run: (sql) => connection.query(sql), end: () => connection.end() };
}

describe.each(engines)("trouble on %s", (engine) => {
  let target: TestDatabase;
  let made: Loader;
  const id = { postgresql: "BIGSERIAL PRIMARY KEY", mariadb: "BIGINT AUTO_INCREMENT PRIMARY KEY" }[engine];

  beforeAll(async () => {
    target = await testDatabase(engine);
    await target.run(
      `CREATE TABLE account (id ${id}, name VARCHAR(50))`,
      "INSERT INTO account (name) VALUES ('a'), ('b'), ('c')",
    );
    made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
  });
  afterEach(() => target.run("UPDATE account SET name = 'x'"));
  afterAll(async () => {
    await made.close();
    await target.drop();
  });

  /** Ends every connection to the database but the asker's. */
  const kick = async (): Promise<void> => {
    const admin = await other(target);
    if (engine === "postgresql") {
      await admin.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );
    } else {
      const [rows] = (await admin.run(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() ORDER BY id",
      )) as [{ id: number }[]];
      for (const { id } of rows) {
        await admin.run(`KILL ${id}`);
        // The oldest first: who waits for a lock is gone before the lock is.
        await sleep(50);
      }
    }
    await admin.end();
  };

  test("after a connection is lost the next call has a new one", async () => {
    await made.apply(batch({ updates: [rename(1, "before")] }));
    await kick();
    await sleep(100);
    // The loss was noticed while nobody worked, or it is noticed now: then the engine asks again.
    const again = async (): Promise<void> => {
      const error: unknown = await made
        .apply(batch({ updates: [rename(1, "after")] }))
        .catch((e: unknown) => e);
      if (error === undefined) return;
      expect(error).toMatchObject({ code: "connection-lost", recovery: "retry" });
      await made.apply(batch({ updates: [rename(1, "after")] }));
    };
    await again();
    const found = await made
      .find(account, ["id"], [[1]], ["name"])
      .catch(() => made.find(account, ["id"], [[1]], ["name"]));
    expect(found).toEqual([{ name: "after" }]);
  });

  test("a connection lost in the midst of a batch leaves nothing of it", async () => {
    const blocker = await other(target);
    await blocker.run("BEGIN");
    await blocker.run("UPDATE account SET name = 'held' WHERE id = 2");
    const writing = made
      .apply(batch({ updates: [rename(1, "half"), rename(2, "half")] }))
      .catch((e: unknown) => e);
    await sleep(300);
    await kick();
    expect(await writing).toMatchObject({ code: "connection-lost", recovery: "retry" });
    await blocker.end().catch(() => undefined);
    const names = async (): Promise<unknown[]> =>
      (await made.query("SELECT name FROM account ORDER BY id")).map((row) => row["name"]);
    expect(await names().catch(names)).not.toContain("half");
    await made.apply(batch({ updates: [rename(1, "half"), rename(2, "whole")] }));
  });

  test("a connection lost while many rows are under way leaves nothing of them", async () => {
    await target.run(
      "CREATE TABLE slow (id BIGINT PRIMARY KEY, body VARCHAR(1000))",
      ...(engine === "postgresql"
        ? [
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN NEW; END $$",
            "CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW WHEN (NEW.id = 300) EXECUTE FUNCTION wait()",
          ]
        : [
            "CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW SET NEW.id = IF(NEW.id = 300, NEW.id + SLEEP(20), NEW.id)",
          ]),
    );
    const slow = table("slow", { id: "integer", body: "text" });
    // More than the sockets between hold, so that the rest waits to be sent.
    const rows = Array.from({ length: 20_000 }, (_, i) => [i + 1, "x".repeat(1000)]);
    const insert = { table: slow, columns: ["id", "body"], rows };
    const writing = made.apply(batch({ inserts: [insert] })).catch((e: unknown) => e);
    await sleep(1_000);
    await kick();
    expect(await writing).toMatchObject({ code: "connection-lost", recovery: "retry" });
    const count = (): Promise<unknown> => made.query("SELECT COUNT(*) AS n FROM slow");
    expect(await count().catch(count)).toEqual([{ n: 0 }]);
    await target.run(engine === "postgresql" ? "DROP TRIGGER wait ON slow" : "DROP TRIGGER wait");
    await made.apply(batch({ inserts: [insert] }));
    expect(await count()).toEqual([{ n: rows.length }]);
  });

  test("of a deadlock nothing is left, and the same again can succeed", async () => {
    const rival = await other(target);
    await rival.run("BEGIN");
    await rival.run("UPDATE account SET name = 'rival' WHERE id = 2");
    // More rows for the server to undo: it picks the lighter transaction, ours, as the victim.
    if (engine === "mariadb") await rival.run("INSERT INTO account (name) VALUES ('r'), ('r'), ('r'), ('r')");
    const both = batch({ updates: [rename(1, "ours"), rename(2, "ours")] });
    const writing = made.apply(both).catch((e: unknown) => e);
    await sleep(300);
    // Whichever transaction the server stops, both wanted the other's row.
    await rival.run("UPDATE account SET name = 'rival' WHERE id = 1").then(
      () => rival.run("COMMIT"),
      () => rival.run("ROLLBACK"),
    );
    const stopped = await writing;
    const ours = (): Promise<unknown[]> =>
      made.find(account, ["name"], [["ours"]], ["id"]).then((rows) => [...rows]);
    if (stopped !== undefined) {
      expect(stopped).toMatchObject({ code: "query-failed", recovery: "retry" });
      expect(await ours()).toEqual([]);
      await made.apply(both);
    }
    await rival.end();
    expect(await ours()).toHaveLength(2);
  });

  test("what the user may not do is refused by its code", async () => {
    const admin = await other(target);
    await admin.run(
      engine === "postgresql"
        ? "CREATE VIEW seen AS SELECT COUNT(*) AS n FROM account"
        : "CREATE VIEW seen AS SELECT COUNT(*) AS n FROM account",
    );
    await admin.end();
    const seen = table("seen", { n: "integer" });
    await expect(
      made.apply(batch({ updates: [{ table: seen, where: { n: 1 }, set: { n: 2 } }] })),
    ).rejects.toMatchObject({ name: "CutoverError", code: "query-failed" });
  });
});

describe("PostgreSQL's own", () => {
  let target: TestDatabase;
  beforeAll(async () => {
    target = await testDatabase("postgresql");
  });
  afterAll(() => target.drop());

  test("identity columns that are always generated take the ids they are given, booleans stay booleans", async () => {
    await target.run(
      `CREATE TABLE item (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT, done BOOLEAN, at TIMESTAMPTZ(0))`,
    );
    const item = table("item", { id: "integer", name: "text", done: "boolean", at: "time" }, "id");
    const made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
    try {
      const first = await made.reserve(item, 3);
      const columns = ["id", "name", "done", "at"];
      const rows = [
        [first, "a", true, "2024-02-29T17:05:00Z"],
        [first + 1, "b", 0, null],
      ];
      await made.apply(batch({ inserts: [{ table: item, columns, rows }] }));
      expect(await made.find(item, ["id"], [[first], [first + 1]], ["done", "at"])).toEqual([
        { done: true, at: "2024-02-29 17:05:00+00" },
        { done: false, at: null },
      ]);
      const precise = { table: item, columns, rows: [[first + 2, "c", true, "2024-02-29T17:05:00.5Z"]] };
      await expect(made.apply(batch({ inserts: [precise] }))).rejects.toMatchObject({
        driverCode: "too-precise",
      });
      await target.run("CREATE TABLE plain (id BIGINT PRIMARY KEY)");
      await expect(made.reserve(table("plain", { id: "integer" }, "id"), 1)).rejects.toMatchObject({
        code: "target-schema",
      });
    } finally {
      await made.close();
    }
  });
});

test.each(databaseEngines)("one Cutover at a time has a claim on a target (%s)", async (engine) => {
  const target = await testDatabase(engine);
  const open = (): Promise<Loader> => createSqlLoader({ connection: { url: target.url }, folder: "/" });
  const [first, second] = [await open(), await open()];
  await first.claim!();
  await first.claim!();
  const busy = { code: "target-busy", recovery: "retry" };
  await expect(second.claim!()).rejects.toMatchObject(busy);
  // Who was refused has no way around it.
  await expect(second.claim!()).rejects.toMatchObject(busy);
  await first.close();
  // A server notices a moment later that a connection has ended.
  await vi.waitFor(() => second.claim!(), { timeout: 10_000 });
  await second.close();
  await target.drop();
});

test("what PostgreSQL refuses at COMMIT is refused like any row, and leaves nothing", async () => {
  const target = await testDatabase("postgresql");
  await target.run(
    "CREATE TABLE unit (id BIGINT PRIMARY KEY)",
    "CREATE TABLE person (id BIGINT PRIMARY KEY, unit BIGINT REFERENCES unit (id) DEFERRABLE INITIALLY DEFERRED)",
  );
  const person = table("person", { id: "integer", unit: "integer" });
  const made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
  const insert = { table: person, columns: ["id", "unit"], rows: [[1, 7]] };
  await expect(made.apply(batch({ inserts: [insert] }))).rejects.toMatchObject({
    name: "RowRejected",
    driverCode: "23503",
    table: null,
  });
  expect(await made.query("SELECT * FROM person")).toEqual([]);
  await made.apply(batch({ inserts: [{ ...insert, rows: [[1, null]] }] }));
  await made.close();
  await target.drop();
});

test("a key that PostgreSQL's encoding cannot spell finds nothing, and hides no other", async () => {
  const target = await testDatabase("postgresql", { encoding: "LATIN1" });
  await target.run(
    "CREATE TABLE account (id BIGSERIAL PRIMARY KEY, name VARCHAR(50))",
    "INSERT INTO account (name) VALUES ('ærø')",
  );
  const made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
  const found = await made.find(account, ["name"], [["漢"], ["ærø"], ["🙂"]], ["id", "name"]);
  expect(found).toEqual([{ id: 1, name: "ærø" }]);
  const insert = { table: account, columns: ["name"], rows: [["漢"]] };
  await expect(made.apply(batch({ inserts: [insert] }))).rejects.toMatchObject({
    name: "RowRejected",
    driverCode: "22P05",
  });
  await made.close();
  await target.drop();
});

describe("MariaDB's own", () => {
  let target: TestDatabase;
  let made: Loader;
  beforeAll(async () => {
    target = await testDatabase("mariadb");
    made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
  });
  afterAll(async () => {
    await made.close();
    await target.drop();
  });

  test("a warning is a refusal: nothing is written", async () => {
    await target.run("CREATE TABLE days (id INT PRIMARY KEY, day DATE)");
    const days = table("days", { id: "integer", day: "date" });
    // A time of day is cut off with no more than a note.
    const insert = { table: days, columns: ["id", "day"], rows: [[1, "2024-02-29 10:30:00"]] };
    await expect(made.apply(batch({ inserts: [insert] }))).rejects.toMatchObject({
      name: "RowRejected",
      driverCode: "1265",
    });
    expect(await made.query("SELECT * FROM days")).toEqual([]);
  });

  test("zero dates, tiny integers, bits, unsigned integers and old character sets come through", async () => {
    await target.run(
      "SET sql_mode = 'ANSI_QUOTES'",
      `CREATE TABLE legacy (id BIGINT UNSIGNED PRIMARY KEY, born DATE, seen DATETIME(3), state TINYINT(1), flags BIT(12),
        name VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci, raw JSON)`,
      "INSERT INTO legacy VALUES (18446744073709551615, '0000-00-00', '0000-00-00', 4, b'101010101010', 'Ærø', '{\"b\": 1,\"a\":[ 1]}')",
      "INSERT INTO legacy VALUES (2, '2024-00-00', '2024-02-29 10:00:00', 1, 1, 'ærø', NULL)",
    );
    const legacy = table("legacy", {
      id: "integer",
      born: "date",
      seen: "time",
      state: "integer",
      flags: "integer",
      name: "text",
      raw: "json",
    });
    const columns = legacy.columns.map((column) => column.name);
    const expected = [
      {
        id: 2,
        born: "2024-00-00",
        seen: "2024-02-29 10:00:00.000",
        state: 1,
        flags: 1,
        name: "ærø",
        raw: null,
      },
      {
        id: 18446744073709551615n,
        born: "0000-00-00",
        seen: "0000-00-00 00:00:00.000",
        state: 4,
        flags: 2730,
        name: "Ærø",
        raw: '{"b": 1,"a":[ 1]}',
      },
    ];
    expect(await made.query("SELECT * FROM legacy ORDER BY id")).toEqual(expected);
    expect(await made.find(legacy, ["name"], [["Ærø"]], columns)).toEqual([expected[1]]);
    // The column's collation takes the two names for one; the row meant is changed, and it alone.
    const update = { table: legacy, where: { name: "Ærø" }, set: { born: "0000-00-00", state: 3 } };
    await made.apply(batch({ updates: [update] }));
    expect((await made.query("SELECT state FROM legacy ORDER BY id")).map((row) => row["state"])).toEqual([
      1, 3,
    ]);
  });

  test("tables that cannot roll back are told", async () => {
    await target.run("CREATE TABLE loose (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE = MyISAM");
    expect(made.capabilities.transactional).toBe(true);
    await made.describe([table("loose", { id: "integer" }, "id")]);
    expect(made.capabilities.transactional).toBe(false);
  });
});
