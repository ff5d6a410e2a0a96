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

  test("writes values and reads the same back", async () => {
    const made = await loader();
    const id = await made.reserve(people, 2);
    await made.apply(
      batch({
        inserts: [
          {
            table: people,
            columns: people.columns.map((column) => column.name),
            rows: [
              [id, "Zoë 👩🏽‍🚀 'q' \\", "a@example.org", "87.50000", 3, Uint8Array.of(0, 255, 128), "2024-02-29"],
              [id + 1, "", null, null, null, null, null],
            ],
          },
        ],
      }),
    );
    const rows = await made.find(
      people,
      ["id"],
      [[id], [String(id + 1)], [id + 2]],
      people.columns.map((c) => c.name),
    );
    expect(rows.map((row) => row["id"])).toEqual([id, id + 1]);
    expect(rows[0]).toMatchObject({ name: "Zoë 👩🏽‍🚀 'q' \\", flag: 3, born: "2024-02-29" });
    expect(Number(rows[0]!["grade"])).toBe(87.5);
    expect(typeof rows[0]!["grade"]).toBe("string");
    expect([...(rows[0]!["photo"] as Uint8Array)]).toEqual([0, 255, 128]);
    expect(rows[1]).toEqual({
      id: id + 1,
      name: "",
      email: null,
      grade: null,
      flag: null,
      photo: null,
      born: null,
    });
  });

  test("leaves columns that are not written to the database's defaults", async () => {
    const made = await loader();
    const id = await made.reserve(people, 1);
    await made.apply(insertPeople(person(id, "Anna")));
    expect(await made.find(people, ["id"], [[id]], ["flag"])).toEqual([{ flag: 7 }]);
  });

  test("inserts many rows, more than one statement could hold", async () => {
    const made = await loader();
    const count = 12_000;
    const first = await made.reserve(people, count);
    await made.apply(
      insertPeople(...Array.from({ length: count }, (_, i) => person(first + i, `p${i}`, `p${i}@x.org`))),
    );
    const keys = Array.from({ length: count + 5 }, (_, i) => [`p${i}@x.org`]);
    const found = await made.find(people, ["email"], keys, ["id", "email"]);
    expect(found.length).toBe(count);
    expect(new Set(found.map((row) => row["id"])).size).toBe(count);
  });

  test("applies inserts, updates and deletes in one transaction, or none of them", async () => {
    const made = await loader();
    const id = await made.reserve(people, 3);
    await made.apply(insertPeople(person(id, "a"), person(id + 1, "b")));
    await made.apply(
      batch({
        inserts: [{ table: people, columns: ["id", "name"], rows: [[id + 2, "c"]] }],
        updates: [
          { table: people, where: { id }, set: { name: "A", grade: "1.5" } },
          { table: people, where: { id: id + 2 }, set: { name: "C" } },
        ],
        deletes: [{ table: people, where: { id: id + 1 } }],
      }),
    );
    expect(await names(made)).toEqual(["A", "C"]);
    await expect(
      made.apply(
        batch({
          updates: [{ table: people, where: { id }, set: { name: "lost" } }],
          deletes: [{ table: people, where: { id: id + 1 } }],
        }),
      ),
    ).rejects.toMatchObject({ driverCode: "row-count", table: "people" });
    expect(await names(made)).toEqual(["A", "C"]);
  });

  test("many changes at once each find their own row, or none is made", async () => {
    const made = await loader();
    const id = await made.reserve(people, 5);
    await made.apply(insertPeople(...["a", "b", "b", "c", "d"].map((name, i) => person(id + i, name))));
    const grade = (name: string, value: string): WriteBatch["updates"][number] => ({
      table: people,
      where: { name, email: null },
      set: { grade: value, born: null },
    });
    await made.apply(batch({ updates: [grade("a", "1"), grade("c", "2.5"), grade("d", "3")] }));
    // Two rows for one key and none for another make the right sum all the same.
    await expect(made.apply(batch({ updates: [grade("b", "9"), grade("z", "9")] }))).rejects.toMatchObject({
      driverCode: "row-count",
    });
    const gone = ["b", "z"].map((name) => ({ table: people, where: { name } }));
    await expect(made.apply(batch({ deletes: gone }))).rejects.toMatchObject({ driverCode: "row-count" });
    await made.apply(batch({ updates: [grade("a", "4"), grade("a", "5"), grade("d", "6")] }));
    const rows = await made.query("SELECT grade FROM people ORDER BY id");
    expect(rows.map((row) => Number(row["grade"]))).toEqual([5, 0, 0, 2.5, 6]);
    const last = ["a", "c", "d"].map((name) => ({ table: people, where: { name, born: null } }));
    await made.apply(batch({ deletes: last }));
    expect(await names(made)).toEqual(["b", "b"]);
  });

  test("an update that changes nothing has still found its row", async () => {
    const made = await loader();
    const id = await made.reserve(people, 1);
    await made.apply(insertPeople(person(id, "a")));
    await made.apply(batch({ updates: [{ table: people, where: { id }, set: { name: "a" } }] }));
    expect(await names(made)).toEqual(["a"]);
  });

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

  test("refuses on every engine what one of them would alter in silence", async () => {
    const made = await loader();
    const id = await made.reserve(people, 1);
    const write = (set: Record<string, string | number | boolean | null>): Promise<void> =>
      made.apply(
        batch({
          inserts: [
            {
              table: people,
              columns: ["id", "name", ...Object.keys(set)],
              rows: [[id, "x", ...Object.values(set)]],
            },
          ],
        }),
      );
    const refused = async (
      set: Record<string, string | number | boolean | null>,
      code: string,
    ): Promise<void> => {
      const error: unknown = await write(set).catch((e: unknown) => e);
      expect({ set, error }).toMatchObject({ set, error: { name: "RowRejected", driverCode: code } });
    };
    await refused({ email: "nul\0" }, "nul");
    await refused({ email: "half \ud83d" }, "lone-surrogate");
    await refused({ email: "👩".repeat(101) }, "too-long");
    await refused({ email: `x${" ".repeat(100)}` }, "too-long");
    await refused({ flag: "abc" }, "bad-value");
    await refused({ flag: 1.5 }, "bad-value");
    await refused({ grade: "1.234567" }, "too-precise");
    await refused({ grade: "1,5" }, "bad-value");
    expect(await names(made)).toEqual([]);
    await write({ email: "👩".repeat(100), flag: true, grade: 1.2 });
    expect(await made.find(people, ["id"], [[id]], ["email", "flag"])).toEqual([
      { email: "👩".repeat(100), flag: 1 },
    ]);
  });

  test("refuses what the database itself will not hold", async () => {
    if (engine === "sqlite") return; // SQLite holds anything.
    const made = await loader();
    const id = await made.reserve(people, 1);
    for (const set of [{ flag: 99_999 }, { born: "2023-02-29" }, { grade: "123456.5" }]) {
      const insert = {
        table: people,
        columns: ["id", "name", ...Object.keys(set)],
        rows: [[id, "x", ...Object.values(set)]],
      };
      await expect(made.apply(batch({ inserts: [insert] }))).rejects.toBeInstanceOf(RowRejected);
    }
    expect(await names(made)).toEqual([]);
  });

  test("finds by text exactly: case, accents and trailing spaces count", async () => {
    const made = await loader();
    const id = await made.reserve(people, 3);
    await made.apply(
      insertPeople(person(id, "Anna", "anna"), person(id + 1, "ANNA", "c"), person(id + 2, "anna ", "b")),
    );
    const found = async (...keys: string[]): Promise<unknown[]> => {
      const rows = await made.find(
        people,
        ["name"],
        keys.map((key) => [key]),
        ["id"],
      );
      return sorted(rows.map((row) => row["id"]));
    };
    expect(await found("Anna")).toEqual([id]);
    expect(await found("anna", "Änna")).toEqual([]);
    expect(await found("ANNA", "anna ")).toEqual([id + 1, id + 2]);
    await made.apply(batch({ updates: [{ table: people, where: { name: "ANNA" }, set: { flag: 1 } }] }));
    expect(await made.find(people, ["flag"], [[1]], ["id"])).toEqual([{ id: id + 1 }]);
    await expect(
      made.apply(batch({ deletes: [{ table: people, where: { name: "anna" } }] })),
    ).rejects.toMatchObject({
      driverCode: "row-count",
    });
  });

  test("finds by several columns, and by null", async () => {
    const made = await loader();
    const id = await made.reserve(people, 4);
    await made.apply(
      insertPeople(person(id, "a", "1"), person(id + 1, "a"), person(id + 2, "b"), person(id + 3, "b", "2")),
    );
    const rows = await made.find(
      people,
      ["name", "email"],
      [
        ["a", null],
        ["b", "2"],
        ["b", "1"],
        ["a", "2"],
      ],
      ["id"],
    );
    expect(sorted(rows.map((row) => row["id"]))).toEqual([id + 1, id + 3]);
    await made.apply(batch({ deletes: [{ table: people, where: { name: "b", email: null } }] }));
    expect(await names(made)).toEqual(["a", "a", "b"]);
    expect(
      await made.find(people, ["id"], [["no number"], [null], ["1; DROP TABLE people"]], ["id"]),
    ).toEqual([]);
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

  test("gives every reserved id once, to whomever asks at the same time", async () => {
    const loaders = await Promise.all([loader(), loader(), loader()]);
    const taken = new Set<number>();
    await Promise.all(
      loaders.flatMap((made) =>
        [10, 1, 25].map(async (count) => {
          const first = await made.reserve(people, count);
          for (let id = first; id < first + count; id++) {
            expect(taken.has(id)).toBe(false);
            taken.add(id);
          }
        }),
      ),
    );
    expect(taken.size).toBe(3 * 36);
  });

  test("a reserved id is never given to a row others write", async () => {
    const made = await loader();
    await target.run("INSERT INTO people (name) VALUES ('before')");
    const first = await made.reserve(people, 50);
    await target.run("INSERT INTO people (name) VALUES ('after')");
    await made.apply(insertPeople(...Array.from({ length: 50 }, (_, i) => person(first + i, `r${i}`))));
    const rows = await made.query(
      "SELECT id, name FROM people WHERE name IN ('before', 'after') ORDER BY id",
    );
    expect(Number(rows[0]!["id"])).toBeLessThan(first);
    expect(Number(rows[1]!["id"])).toBeGreaterThanOrEqual(first + 50);
  });

  test("after rows with ids of their own the database goes on past them", async () => {
    const made = await loader();
    const far = (await made.reserve(people, 1)) + 1_000;
    await made.apply(insertPeople(person(far, "far")));
    await target.run("INSERT INTO people (name) VALUES ('next')");
    const [row] = await made.query("SELECT id FROM people WHERE name = 'next'");
    expect(Number(row!["id"])).toBeGreaterThan(far);
    expect(await made.reserve(people, 1)).toBeGreaterThan(far + 1);
  });

  test("describes the real columns, and none of a table that is missing", async () => {
    const made = await loader();
    const found = await made.describe([people, table("nowhere", { id: "integer" })]);
    expect(found.get("nowhere")).toEqual([]);
    const columns = found.get("people")!;
    expect(columns.map((column) => column.name)).toEqual(people.columns.map((column) => column.name));
    expect(columns.map((column) => column.type)).toEqual(people.columns.map((column) => column.type));
    expect(columns.find((column) => column.name === "name")).toMatchObject({
      nullable: false,
      maxLength: 20,
      hasDefault: false,
    });
    expect(columns.find((column) => column.name === "flag")).toMatchObject({
      nullable: true,
      hasDefault: true,
    });
    expect(columns.find((column) => column.name === "id")).toMatchObject({ hasDefault: true });
    expect(made.capabilities).toEqual({ recognizes: "reserved-id", undo: "full", transactional: true });
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

  test("queries with portable texts", async () => {
    const made = await loader();
    expect(await made.query(`SELECT CASE WHEN CAST(12 AS {text}) = '12' THEN 1 ELSE 0 END AS "ok";`)).toEqual(
      [{ ok: 1 }],
    );
    await expect(made.query("SELECT {nonsense}")).rejects.toMatchObject({ code: "mapping-invalid" });
  });
});

/** All that could end in a log: the error, its causes and their stacks. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everything(error.cause)].join("\n");
}
