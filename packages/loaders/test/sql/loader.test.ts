import {
  RowRejected,
  type Column,
  type ColumnType,
  type Loader,
  type TableSpec,
  type WriteBatch,
} from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSqlLoader } from "../../src/sql/index.js";

const table = (name: string, columns: Readonly<Record<string, ColumnType>>, id?: string): TableSpec => ({
  name,
  table: name,
  id,
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  dependents: [],
  options: {},
});

const people = table(
  "people",
  {
    id: "integer",
    name: "text",
    email: "text",
    grade: "decimal",
    flag: "integer",
    photo: "bytes",
    born: "date",
  },
  "id",
);
const courses = table("courses", { id: "integer", person: "integer", title: "text" }, "id");
const odd = table('odd "name"; DROP TABLE people; -- ? .x', { 'a" as b.c?': "text", n: "integer" });

const ids = {
  sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT",
  postgresql: "BIGSERIAL PRIMARY KEY",
  mariadb: "BIGINT AUTO_INCREMENT PRIMARY KEY",
} as const;
const bytes = { sqlite: "BLOB", postgresql: "BYTEA", mariadb: "LONGBLOB" } as const;

const batch = (part: Partial<WriteBatch>): WriteBatch => ({ inserts: [], updates: [], deletes: [], ...part });
const person = (
  id: number,
  name: string,
  email: string | null = null,
): readonly (number | string | null)[] => [id, name, email];
const insertPeople = (...rows: (readonly (number | string | null)[])[]): WriteBatch =>
  batch({ inserts: [{ table: people, columns: ["id", "name", "email"], rows }] });

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const names = async (made: Loader): Promise<unknown[]> =>
  (await made.query("SELECT name FROM people ORDER BY id")).map((row) => row["name"]);
/** For columns of numbers or of texts. */
const sorted = (values: readonly unknown[]): unknown[] =>
  values.toSorted((a, b) => (typeof a === "number" ? a - Number(b) : String(a) < String(b) ? -1 : 1));

describe.each(databaseEngines)("writing to %s", (engine) => {
  let target: TestDatabase;
  let open: Loader[] = [];
  const loader = async (): Promise<Loader> => {
    const made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
    open.push(made);
    return made;
  };

  beforeAll(async () => {
    target = await testDatabase(engine);
    await target.run(
      `CREATE TABLE people (id ${ids[engine]}, name VARCHAR(20) NOT NULL, email VARCHAR(100) UNIQUE,
        grade DECIMAL(10,5), flag SMALLINT DEFAULT 7, photo ${bytes[engine]}, born DATE)`,
      `CREATE TABLE courses (id ${ids[engine]}, person BIGINT NOT NULL REFERENCES people (id), title VARCHAR(100),
        FOREIGN KEY (person) REFERENCES people (id))`,
      `CREATE TABLE ${quoted(odd.table)} (${quoted('a" as b.c?')} VARCHAR(50), n INTEGER)`,
    );
  });
  beforeEach(() => target.run("DELETE FROM courses", "DELETE FROM people"));
  afterEach(async () => {
    await Promise.all(open.map((made) => made.close()));
    open = [];
  });
  afterAll(() => target.drop());

  const codes = {
    sqlite: {
      unique: "SQLITE_CONSTRAINT_UNIQUE",
      null: "SQLITE_CONSTRAINT_NOTNULL",
      foreign: "SQLITE_CONSTRAINT_FOREIGNKEY",
    },
    postgresql: { unique: "23505", null: "23502", foreign: "23503" },
    mariadb: { unique: "ER_DUP_ENTRY", null: "ER_BAD_NULL_ERROR", foreign: "ER_NO_REFERENCED_ROW_2" },
  }[engine];

  test("rejects rows with the driver's code and without the row's values", async () => {
    const made = await loader();
    const id = await made.reserve(people, 2);
    const rejection = async (part: WriteBatch): Promise<RowRejected> => {
      const error: unknown = await made.apply(part).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RowRejected);
      expect(everything(error)).not.toContain("secret");
      return error as RowRejected;
    };
    const twice = insertPeople(
      person(id, "secret", "secret@example.org"),
      person(id + 1, "secret", "secret@example.org"),
    );
    expect(await rejection(twice)).toMatchObject({ driverCode: codes.unique, table: "people" });
    const unnamed = batch({ inserts: [{ table: people, columns: ["id", "name"], rows: [[id, null]] }] });
    expect(await rejection(unnamed)).toMatchObject({ driverCode: codes.null });
    const orphan = batch({
      inserts: [{ table: courses, columns: ["person", "title"], rows: [[id, "secret"]] }],
    });
    expect(await rejection(orphan)).toMatchObject({ driverCode: codes.foreign, table: "courses" });
    expect(await names(made)).toEqual([]);
  });

  test("takes hostile names and values for names and values", async () => {
    const made = await loader();
    const column = 'a" as b.c?';
    const values = ["'; DROP TABLE people; --", '" OR 1=1', "\\'; --", "$1 ? :x {text} ??", "%_"];
    await made.apply(
      batch({ inserts: [{ table: odd, columns: [column, "n"], rows: values.map((v, i) => [v, i]) }] }),
    );
    const rows = await made.find(
      odd,
      [column],
      values.map((v) => [v]),
      [column, "n"],
    );
    expect(sorted(rows.map((row) => row[column]))).toEqual(sorted(values));
    expect((await made.find(odd, [column, "n"], [[values[0]!, 0]], ["n"])).length).toBe(1);
    await made.apply(
      batch({ updates: [{ table: odd, where: { [column]: values[0]! }, set: { [column]: values[1]! } }] }),
    );
    await made.apply(batch({ deletes: [{ table: odd, where: { [column]: values[2]!, n: 2 } }] }));
    const same = await made.find(odd, [column], [[values[1]!]], ["n"]);
    expect(sorted(same.map((row) => row["n"]))).toEqual([0, 1]);
    expect(await names(made)).toEqual([]);
  });

  test("tells what a new row holds where nothing is written, as far as it can be known", async () => {
    const json = engine === "postgresql" ? "JSONB" : "TEXT";
    const negative = engine === "postgresql" ? "-1" : "(-1)";
    const at = engine === "mariadb" ? "DATETIME" : "TIMESTAMP";
    await target.run(
      `CREATE TABLE defaults (id ${ids[engine]}, name VARCHAR(20) NOT NULL DEFAULT 'it''s', blank VARCHAR(20) NOT NULL DEFAULT '',
        word VARCHAR(20) NOT NULL DEFAULT 'NULL', n BIGINT NOT NULL DEFAULT 0, minus INTEGER DEFAULT ${negative},
        grade DECIMAL(10,5) NOT NULL DEFAULT 100, yes BOOLEAN DEFAULT TRUE, note TEXT, doc ${json} DEFAULT '{"a": 1}',
        day DATE DEFAULT '2024-02-29', made ${at} DEFAULT CURRENT_TIMESTAMP, must VARCHAR(5) NOT NULL)`,
      "INSERT INTO defaults (must) VALUES ('x')",
    );
    const made = await loader();
    const spec = table("defaults", {});
    const columns = (await made.describe([spec])).get("defaults")!;
    const known = Object.fromEntries(
      columns.filter((c) => c.default !== undefined).map((c) => [c.name, String(c.default)]),
    );
    expect(known).toEqual({
      name: "it's",
      blank: "",
      word: "NULL",
      n: "0",
      minus: "-1",
      grade: expect.stringMatching(/^100(\.0+)?$/),
      yes: "1",
      note: "null",
      doc: '{"a": 1}',
      day: "2024-02-29",
    });
    const names = columns.map(({ name }) => name);
    const [row] = await made.find(table("defaults", { must: "text" }), ["must"], [["x"]], names);
    for (const name of ["name", "blank", "word", "n", "minus", "day", "note"])
      expect(String(row![name])).toBe(known[name]);
  });

  test("finds the tables that have a column and rows, and which values are there, each once", async () => {
    await target.run(
      "CREATE TABLE pre_one (userid BIGINT, n INTEGER)",
      "CREATE TABLE pre_text (userid VARCHAR(20))",
      "CREATE TABLE pre_empty (userid BIGINT)",
      "CREATE TABLE other (userid BIGINT)",
      "CREATE VIEW pre_view AS SELECT userid FROM pre_one",
      "INSERT INTO pre_one VALUES (5, 1), (5, 2), (6, 3), (NULL, 4)",
      "INSERT INTO pre_text VALUES ('5')",
      "INSERT INTO other VALUES (5)",
    );
    const made = await loader();
    expect(await made.tablesWithColumn("pre_", ["userid", "nowhere", "n"])).toEqual([
      { table: "pre_one", column: "n" },
      { table: "pre_one", column: "userid" },
      { table: "pre_text", column: "userid" },
    ]);
    expect(await made.tablesWithColumn("", [])).toEqual([]);
    const asked = [5, 7, null, ...Array.from({ length: 2500 }, (_, i) => 100 + i), 6];
    const found = await made.present(table("pre_one", {}), "userid", asked);
    expect(found.map(String).toSorted()).toEqual(["5", "6"]);
    expect((await made.present(table("pre_text", {}), "userid", asked)).map(String)).toEqual(["5"]);
  });

  test("says which table or column the target lacks", async () => {
    const made = await loader();
    const rows = [["x"]];
    await expect(
      made.apply(batch({ inserts: [{ table: table("peple", { name: "text" }), columns: ["name"], rows }] })),
    ).rejects.toMatchObject({ code: "target-schema" });
    await expect(
      made.apply(batch({ inserts: [{ table: people, columns: ["nmae"], rows }] })),
    ).rejects.toMatchObject({ code: "target-schema", remedy: "Did you mean `name`?" });
  });
});

/** All that could end in a log: the error, its causes and their stacks. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everything(error.cause)].join("\n");
}
