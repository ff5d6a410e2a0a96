import type { Column, ColumnType, Loader, TableSpec, Update } from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSqlLoader } from "../../src/sql/index.js";

const table = (name: string, columns: Readonly<Record<string, ColumnType>>): TableSpec => ({
  name,
  table: name,
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  dependents: [],
  options: {},
});
const mark = table("mark", {
  id: "integer",
  code: "text",
  part: "integer",
  grade: "decimal",
  note: "text",
  raw: "bytes",
});
const bytes = { sqlite: "BLOB", postgresql: "BYTEA", mariadb: "VARBINARY(20)" } as const;
const rows = 400;

describe.each(databaseEngines)("many changes at once on %s", (engine) => {
  let target: TestDatabase;
  let made: Loader;
  const update = (changes: readonly Omit<Update, "table">[]): Promise<void> =>
    made.apply({ inserts: [], updates: changes.map((change) => ({ table: mark, ...change })), deletes: [] });
  const remove = (keys: readonly Update["where"][]): Promise<void> =>
    made.apply({ inserts: [], updates: [], deletes: keys.map((where) => ({ table: mark, where })) });
  const all = (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    made.query("SELECT * FROM mark ORDER BY id");
  const each = <T>(of: (id: number) => T): T[] => Array.from({ length: rows }, (_, i) => of(i + 1));

  beforeAll(async () => {
    target = await testDatabase(engine);
    await target.run(
      `CREATE TABLE mark (id BIGINT PRIMARY KEY, code VARCHAR(20), part INTEGER, grade DECIMAL(10,5), note VARCHAR(50),
        raw ${bytes[engine]})`,
      "CREATE INDEX mark_code ON mark (code, part)",
    );
  });
  beforeEach(async () => {
    await target.run("DELETE FROM mark");
    made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
    const values = each((id) => [id, `Code ${id}`, id % 2 === 0 ? null : id, "1", "before", null]);
    const columns = mark.columns.map((column) => column.name);
    await made.apply({ inserts: [{ table: mark, columns, rows: values }], updates: [], deletes: [] });
  });
  afterEach(() => made.close());
  afterAll(() => target.drop());

  test("each row gets its own values, whatever they look like", async () => {
    const of = (id: number) => ({
      note: id % 3 === 0 ? null : `tab\t 'q' \\N ${id} 漢字`,
      grade: `${id}.50000`,
      raw: Uint8Array.of(id % 256, 0, 92),
    });
    await update(each((id) => ({ where: { id }, set: of(id) })));
    for (const row of await all()) {
      const { note, grade, raw } = of(Number(row["id"]));
      expect(row["note"]).toBe(note);
      expect(Number(row["grade"])).toBe(Number(grade));
      expect(Buffer.from(row["raw"] as Uint8Array)).toEqual(Buffer.from(raw));
    }
  });

  test("rows are found by several columns, by text exactly, and by null", async () => {
    await target.run("INSERT INTO mark (id, code, part) VALUES (9001, 'CODE 1', 1), (9002, 'code 2', NULL)");
    await update(
      each((id) => ({
        where: { code: `Code ${id}`, part: id % 2 === 0 ? null : id },
        set: { note: `n${id}` },
      })),
    );
    await update(
      each((id) => id)
        .filter((id) => id % 2 === 0)
        .map((id) => ({ where: { code: `Code ${id}`, part: null }, set: { grade: id } })),
    );
    const found = await all();
    for (const row of found.slice(0, rows)) expect(row["note"]).toBe(`n${String(row["id"])}`);
    expect(Number(found[1]!["grade"])).toBe(2);
    expect(found.slice(rows).map((row) => row["note"])).toEqual([null, null]);
    await remove(
      each((id) => id)
        .filter((id) => id % 2 === 1)
        .map((id) => ({ code: `Code ${id}`, part: id })),
    );
    expect((await all()).length).toBe(rows / 2 + 2);
  });

  test("a row that is gone is a refusal of all", async () => {
    await target.run("DELETE FROM mark WHERE id = 200");
    const refusal = { name: "RowRejected", driverCode: "row-count", table: "mark" };
    await expect(update(each((id) => ({ where: { id }, set: { note: "after" } })))).rejects.toMatchObject(
      refusal,
    );
    await expect(remove(each((id) => ({ id })))).rejects.toMatchObject(refusal);
    const found = await all();
    expect(found.length).toBe(rows - 1);
    expect(new Set(found.map((row) => row["note"]))).toEqual(new Set(["before"]));
  });

  test("a key of two rows does not make up for one of none", async () => {
    await target.run("UPDATE mark SET code = 'Code 1', part = 1 WHERE id = 3");
    const changes = each((id) => id)
      .filter((id) => id % 2 === 1)
      .map((id) => ({ where: { code: `Code ${id}`, part: id }, set: { note: "after" } }));
    await expect(update(changes)).rejects.toMatchObject({ name: "RowRejected", driverCode: "row-count" });
    expect(new Set((await all()).map((row) => row["note"]))).toEqual(new Set(["before"]));
  });

  test("rows that are changed in different ways by turns get their own values", async () => {
    const set = (id: number) => (id % 3 === 0 ? { note: `n${id}` } : { note: `n${id}`, grade: id });
    await update(each((id) => ({ where: { id }, set: set(id) })));
    await update(
      each((id) => ({ where: { code: `Code ${id}`, part: id % 2 === 0 ? null : id }, set: { raw: null } })),
    );
    for (const row of await all()) {
      const id = Number(row["id"]);
      expect([row["note"], Number(row["grade"])]).toEqual([`n${id}`, id % 3 === 0 ? 1 : id]);
    }
  });

  test("a row that is changed in different ways ends as the last change of each column says", async () => {
    await update([
      ...each((id) => ({
        where: { id },
        set: id % 2 === 0 ? { note: "first", grade: 2 } : { note: "first" },
      })),
      ...each((id) => ({ where: { id }, set: id % 2 === 0 ? { note: "last" } : { note: "last", grade: 3 } })),
    ]);
    const ends = (await all()).map((row) => `${String(row["note"])} ${Number(row["grade"])}`);
    expect(new Set(ends)).toEqual(new Set(["last 2", "last 3"]));
  });

  test("a row that is changed twice ends as the last change says", async () => {
    await update([
      ...each((id) => ({ where: { id }, set: { note: "first" } })),
      ...each((id) => ({ where: { id }, set: { note: "last" } })),
    ]);
    expect(new Set((await all()).map((row) => row["note"]))).toEqual(new Set(["last"]));
  });
});

test("on MariaDB a user who may make no temporary tables changes rows as well", async () => {
  const target = await testDatabase("mariadb");
  const url = new URL(target.url);
  const database = url.pathname.slice(1);
  const user = `u${database.slice(-20)}`;
  await target.run(
    "CREATE TABLE plain (id BIGINT PRIMARY KEY, note VARCHAR(10))",
    `INSERT INTO plain (id) WITH RECURSIVE seq(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < ${rows}) SELECT n FROM seq`,
    `CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON "${database}".* TO '${user}'@'%'`,
  );
  url.username = user;
  url.password = "secret";
  const made = await createSqlLoader({ connection: { url: url.href }, folder: "/" });
  try {
    const plain = table("plain", { id: "integer", note: "text" });
    const updates = Array.from({ length: rows }, (_, i) => ({
      table: plain,
      where: { id: i + 1 },
      set: { note: "after" },
    }));
    await made.apply({ inserts: [], updates, deletes: [] });
    expect(await made.query("SELECT COUNT(*) AS n FROM plain WHERE note = 'after'")).toEqual([{ n: rows }]);
  } finally {
    await made.close();
    await target.run(`DROP USER '${user}'@'%'`);
    await target.drop();
  }
});
