import { RowRejected, type Column, type ColumnType, type Loader, type TableSpec } from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSqlLoader } from "../../src/sql/index.js";

type Value = string | number | bigint | boolean | Uint8Array | null;

const table = (name: string, columns: Readonly<Record<string, ColumnType>>, id?: string): TableSpec => ({
  name,
  table: name,
  id,
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  dependents: [],
  options: {},
});
const thing = table(
  "thing",
  {
    id: "integer",
    big: "integer",
    amount: "decimal",
    ratio: "float",
    name: "text",
    raw: "bytes",
    seen: "time",
  },
  "id",
);
const columns = thing.columns.map((column) => column.name);

const natives = {
  sqlite: { id: "INTEGER PRIMARY KEY", bytes: "BLOB", stamp: "DATETIME(0)", float: "DOUBLE" },
  postgresql: { id: "BIGINT PRIMARY KEY", bytes: "BYTEA", stamp: "TIMESTAMP(0)", float: "DOUBLE PRECISION" },
  mariadb: { id: "BIGINT PRIMARY KEY", bytes: "LONGBLOB", stamp: "DATETIME", float: "DOUBLE" },
} as const;

/** What a delimiter, an escape or an end of data could be mistaken for. */
const texts = [
  "",
  "\\N",
  "\\.",
  "\\",
  "NULL",
  "tab\there",
  "line\nline\r\nline\r",
  "\\t\\n\\\\",
  "'quoted' \"twice\"",
  "\u0001\u0008\u001a\u007f",
  "Ærø 漢字 👩🏽‍🚀 \u2028",
  "ends in \\",
  " spaces ",
  "a text that is longer than those that are written letter by letter, and has a \\ and a \t in it",
];
const row = (i: number): Value[] => [
  i,
  i % 3 === 0 ? 9_223_372_036_854_775_807n - BigInt(i) : i * -7,
  i % 5 === 0 ? null : `${i}.50000`,
  i % 4 === 0 ? 0.1 * i : i,
  texts[i % texts.length]!,
  i % 6 === 0 ? null : Uint8Array.of(0, 9, 10, 92, 128, 255, i % 256),
  i % 7 === 0 ? null : "2024-02-29 17:05:00",
];
const manyRows = (count: number): Value[][] => Array.from({ length: count }, (_, i) => row(i + 1));

describe.each(databaseEngines)("many rows at once on %s", (engine) => {
  let target: TestDatabase;
  let made: Loader;
  const apply = (rows: Value[][], of = thing, names: readonly string[] = columns): Promise<void> =>
    made.apply({ inserts: [{ table: of, columns: names, rows }], updates: [], deletes: [] });
  const count = async (from = "thing"): Promise<number> =>
    Number((await made.query(`SELECT COUNT(*) AS n FROM ${from}`))[0]!["n"]);

  beforeAll(async () => {
    target = await testDatabase(engine);
    const { id, bytes, stamp, float } = natives[engine];
    await target.run(
      `CREATE TABLE thing (id ${id}, big BIGINT, amount DECIMAL(20,5), ratio ${float}, name VARCHAR(200) NOT NULL,
        raw ${bytes}, seen ${stamp})`,
      "CREATE TABLE few (id BIGINT PRIMARY KEY, label VARCHAR(10) UNIQUE, size SMALLINT, CHECK (size <> 13))",
      "CREATE VIEW seen_few AS SELECT id, label, size FROM few",
    );
  });
  beforeEach(async () => {
    await target.run("DELETE FROM thing", "DELETE FROM few");
    made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
  });
  afterEach(() => made.close());
  afterAll(() => target.drop());

  test("every value comes back as it was given, whatever it looks like", async () => {
    const rows = manyRows(2_300);
    await apply(rows);
    const found = await made.query(`SELECT ${columns.join(", ")} FROM thing ORDER BY id`);
    expect(found.length).toBe(rows.length);
    const plain = (value: unknown): unknown =>
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
    for (const [i, given] of rows.entries()) {
      const amount = found[i]!["amount"];
      const back = { ...found[i], amount: amount === null ? null : Number(amount) };
      const [id, big, decimal, ratio, name, raw, seen] = given.map(plain);
      expect({ ...back, raw: plain(back["raw" as keyof typeof back]) }).toEqual({
        id,
        big: typeof big === "bigint" && Number.isSafeInteger(Number(big)) ? Number(big) : big,
        amount: decimal === null ? null : Number(decimal),
        ratio,
        name,
        raw,
        seen,
      });
    }
  });

  test("few rows and none are written as well", async () => {
    await apply([]);
    await apply(manyRows(1));
    expect(await count()).toBe(1);
  });

  const few = table("few", { id: "integer", label: "text", size: "integer" });
  const fewColumns = ["id", "label", "size"];
  const fewRows = (bad: Value[]): Value[][] => [
    ...Array.from({ length: 600 }, (_, i): Value[] => [i + 1, `n${i}`, i]).filter(
      ([, , size]) => size !== 13,
    ),
    bad,
  ];
  const refused: Readonly<Record<string, readonly [bad: Value[], code: RegExp]>> = {
    "a value that is there already": [[9000, "n5", 1], /^(23505|ER_DUP_ENTRY|SQLITE_CONSTRAINT_UNIQUE)$/],
    "what a check forbids": [[9000, "new", 13], /^(23514|ER_CONSTRAINT_FAILED|SQLITE_CONSTRAINT_CHECK)$/],
    ...(engine === "sqlite"
      ? {}
      : { "a number too large": [[9000, "new", 99_999], /^(22003|ER_WARN_DATA_OUT_OF_RANGE)$/] }),
  };
  test.each(Object.entries(refused))(
    "one row with %s is a refusal of all, by its code",
    async (_, [bad, code]) => {
      const error: unknown = await apply(fewRows(bad), few, fewColumns).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RowRejected);
      expect((error as RowRejected).driverCode).toMatch(code);
      expect((error as RowRejected).table).toBe("few");
      expect(await count("few")).toBe(0);
      await apply(fewRows([9000, "new", 1]), few, fewColumns);
      expect(await count("few")).toBe(600);
    },
  );

  if (engine !== "sqlite") {
    test("views take rows as they take one", async () => {
      const view = table("seen_few", { id: "integer", label: "text", size: "integer" });
      await apply(fewRows([9000, "new", 1]), view, fewColumns);
      expect(await count("few")).toBe(600);
    });
  }
});

describe("MariaDB's own", () => {
  let target: TestDatabase;
  const rows = Array.from({ length: 500 }, (_, i): Value[] => [i, i % 4096, Uint8Array.of(i % 256)]);
  const odd = table("odd", { id: "integer", flags: "integer", "raw `\"' bytes": "bytes" });
  const load = async (onNotice?: (notice: string) => void): Promise<unknown[]> => {
    const made = await createSqlLoader({ connection: { url: target.url }, folder: "/", onNotice });
    try {
      const insert = { table: odd, columns: odd.columns.map((c) => c.name), rows };
      for (let i = 0; i < 3; i++) {
        await target.run("DELETE FROM odd");
        await made.apply({ inserts: [insert], updates: [], deletes: [] });
      }
      return (await made.query("SELECT * FROM odd ORDER BY id")).map((row) => Object.values(row));
    } finally {
      await made.close();
    }
  };
  const expected = rows.map(([id, flags, raw]) => [id, flags, Buffer.from(raw as Uint8Array)]);
  beforeAll(async () => {
    target = await testDatabase("mariadb");
    await target.run(
      'CREATE TABLE odd (id BIGINT PRIMARY KEY, flags BIT(12), "raw `""\' bytes" VARBINARY(5))',
    );
  });
  afterAll(() => target.drop());

  test("bits and bytes, under names that need quoting", async () => {
    expect(await load()).toEqual(expected);
  });

  test("a server that forbids local files gets the rows by INSERT, and that is said once", async () => {
    const notices: string[] = [];
    await target.run("SET GLOBAL local_infile = 0");
    try {
      expect(await load((notice) => notices.push(notice))).toEqual(expected);
    } finally {
      await target.run("SET GLOBAL local_infile = 1");
    }
    expect(notices).toEqual([expect.stringContaining("local_infile")]);
  });

  test("what a trigger refuses is refused, and what it does to a row is kept", async () => {
    await target.run(
      "CREATE TABLE watched (id BIGINT PRIMARY KEY, label VARCHAR(10))",
      "CREATE TRIGGER watch BEFORE INSERT ON watched FOR EACH ROW SET NEW.label = UPPER(NEW.label)",
      "CREATE TABLE forbidden (id BIGINT PRIMARY KEY)",
      "CREATE TRIGGER forbid BEFORE INSERT ON forbidden FOR EACH ROW BEGIN IF NEW.id = 300 THEN SIGNAL SQLSTATE '45000'; END IF; END",
    );
    const made = await createSqlLoader({ connection: { url: target.url }, folder: "/" });
    try {
      const labelled = Array.from({ length: 400 }, (_, i): Value[] => [i, `n${i}`]);
      const watched = table("watched", { id: "integer", label: "text" });
      const insert = { table: watched, columns: ["id", "label"], rows: labelled };
      await made.apply({ inserts: [insert], updates: [], deletes: [] });
      expect(await made.query("SELECT label FROM watched WHERE id = 399")).toEqual([{ label: "N399" }]);
      const forbidden = {
        table: table("forbidden", { id: "integer" }),
        columns: ["id"],
        rows: labelled.map(([id]) => [id!]),
      };
      await expect(made.apply({ inserts: [forbidden], updates: [], deletes: [] })).rejects.toMatchObject({
        name: "RowRejected",
        driverCode: "ER_SIGNAL_EXCEPTION",
      });
      expect(await made.query("SELECT * FROM forbidden")).toEqual([]);
    } finally {
      await made.close();
    }
  });
});
