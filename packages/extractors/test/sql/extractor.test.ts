import type { Column, ColumnType, Extractor, ExtractSpec, SourceValue } from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createSqlExtractor } from "../../src/sql/index.js";

const spec = (sql: string, columns: Readonly<Record<string, ColumnType>>): ExtractSpec => ({
  name: "things",
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  key: [Object.keys(columns)[0]!],
  options: { sql },
});

async function all(extractor: Extractor, extract: ExtractSpec, batchSize?: number): Promise<SourceValue[][]> {
  const rows: SourceValue[][] = [];
  for await (const batch of extractor.read(extract, { batchSize })) {
    for (const row of batch.rows) rows.push([...row]);
  }
  return rows;
}

/** What a type is called on each engine. */
const types = {
  sqlite: { double: "DOUBLE", bytes: "BLOB", stamp: "DATETIME", flag: "TINYINT", text: "TEXT" },
  postgresql: {
    double: "DOUBLE PRECISION",
    bytes: "BYTEA",
    stamp: "TIMESTAMP",
    flag: "SMALLINT",
    text: "TEXT",
  },
  mariadb: { double: "DOUBLE", bytes: "LONGBLOB", stamp: "DATETIME", flag: "TINYINT(1)", text: "LONGTEXT" },
} as const;
const blob = { sqlite: "X'00FF80'", postgresql: "'\\x00ff80'", mariadb: "X'00FF80'" } as const;

describe.each(databaseEngines)("reading from %s", (engine) => {
  let source: TestDatabase;
  let open: Extractor[] = [];
  const extractor = async (): Promise<Extractor> => {
    const made = await createSqlExtractor({ connection: { url: source.url }, folder: "/" });
    open.push(made);
    return made;
  };

  beforeAll(async () => {
    source = await testDatabase(engine);
    const t = types[engine];
    await source.run(
      `CREATE TABLE edges (id BIGINT PRIMARY KEY, big BIGINT, amount DECIMAL(30,10), ratio ${t.double}, flag ${t.flag},
        name ${t.text}, born DATE, seen ${t.stamp}, body ${t.bytes})`,
      `INSERT INTO edges VALUES
        (1, 9007199254740991, 12345678901234567890.0123456789, 0.1, 3, 'Ærøskøbing 👩🏽‍🚀 漢字', '2024-02-29', '2024-02-29 17:05:00', ${blob[engine]}),
        (2, 9007199254740993, 0, -1.5, 0, '', '0001-01-01', '9999-12-31 23:59:59', NULL),
        (3, -9223372036854775808, -0.5, 1e300, 2, 'it''s "quoted" \\ back', NULL, NULL, NULL),
        (4, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL)`,
      `CREATE TABLE numbers (n INTEGER PRIMARY KEY, label VARCHAR(50))`,
      `INSERT INTO numbers (n, label) WITH RECURSIVE seq(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < 950)
        SELECT n, 'number ' || n FROM seq`,
    );
  });
  afterEach(async () => {
    await Promise.all(open.map((e) => e.close()));
    open = [];
  });
  afterAll(() => source.drop());

  const edges = spec("SELECT id, big, amount, ratio, flag, name, born, seen, body FROM edges ORDER BY id", {
    id: "integer",
    big: "integer",
    amount: engine === "sqlite" ? "float" : "decimal",
    ratio: "float",
    flag: "integer",
    name: "text",
    born: "date",
    seen: "time",
    body: "bytes",
  });
  const numbers = spec("SELECT n, label FROM numbers ORDER BY n", { n: "integer", label: "text" });

  test("loses nothing at the edges of its types", async () => {
    const rows = await all(await extractor(), edges);
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      [1, 9007199254740991],
      [2, 9007199254740993n],
      [3, -9223372036854775808n],
      [4, null],
    ]);
    expect(rows.map((row) => row[2])).toEqual(
      engine === "sqlite"
        ? [12345678901234567000, 0, -0.5, null] // SQLite itself keeps a DECIMAL as a double.
        : ["12345678901234567890.0123456789", "0.0000000000", "-0.5000000000", null],
    );
    expect(rows.map((row) => row[3])).toEqual([0.1, -1.5, 1e300, null]);
    expect(rows.map((row) => row[4])).toEqual([3, 0, 2, 1]);
    expect(rows.map((row) => row[5])).toEqual(["Ærøskøbing 👩🏽‍🚀 漢字", "", 'it\'s "quoted" \\ back', null]);
    expect(rows.map((row) => row[6])).toEqual(["2024-02-29", "0001-01-01", null, null]);
    expect(rows.map((row) => row[7])).toEqual(["2024-02-29 17:05:00", "9999-12-31 23:59:59", null, null]);
    expect([...(rows[0]![8] as Uint8Array)]).toEqual([0, 255, 128]);
  });

  test("streams in the order of the SQL, in batches, each row with its position", async () => {
    const source = await extractor();
    const sizes: number[] = [];
    const at: number[] = [];
    const ns: SourceValue[] = [];
    for await (const batch of source.read(numbers, { batchSize: 100 })) {
      sizes.push(batch.rows.length);
      at.push(...batch.at);
      ns.push(...batch.rows.map((row) => row[0]!));
      expect(batch.rejected).toEqual([]);
    }
    expect(sizes).toEqual([...Array.from({ length: 9 }, () => 100), 50]);
    expect(at).toEqual(Array.from({ length: 950 }, (_, i) => i + 1));
    expect(ns).toEqual(at);
    expect(await source.count(numbers)).toBe(950);
  });

  test("gives the columns in the declared order, whatever the query's", async () => {
    const swapped = spec('SELECT label, n AS "theNumber" FROM numbers WHERE n = 7 -- the last line', {
      theNumber: "integer",
      label: "text",
    });
    const source = await extractor();
    expect(await all(source, swapped)).toEqual([[7, "number 7"]]);
    expect(await source.count(swapped)).toBe(1);
  });

  test("takes no notice of letters' case where an alias was not quoted", async () => {
    const folded = spec("SELECT n AS theNumber FROM numbers WHERE n = 7", { theNumber: "integer" });
    expect(await all(await extractor(), folded)).toEqual([[7]]);
  });

  test("gives the same values for sums, counts, cases and dialect words on every engine", async () => {
    const totals = spec(
      `SELECT SUM(n) AS s, COUNT(*) AS c, CASE WHEN MAX(n) > 1 THEN 1 ELSE 0 END AS yes, CAST(MIN(n) AS {text}) AS t,
        'a' || 'b' AS joined, {json_object_agg}(label, n) AS j, CAST('12' AS {bigint}) AS big
       FROM numbers WHERE n <= 2;`,
      { s: "integer", c: "integer", yes: "boolean", t: "text", joined: "text", j: "json", big: "integer" },
    );
    const [row] = await all(await extractor(), totals);
    expect([...row!.slice(0, 5), row![6]]).toEqual([3, 2, true, "1", "ab", 12]);
    expect(JSON.parse(row![5] as string)).toEqual({ "number 1": 1, "number 2": 2 });
  });

  test("tells seconds since 1970 as times and years, the same on every engine", async () => {
    const times = spec(
      `SELECT n, {epoch_time(CASE WHEN n < 3 THEN 1709244300 + (n - 1) * 30794435700 END)} AS t,
        {epoch_year(CASE WHEN n < 3 THEN 1709244300 + (n - 1) * 30794435700 END)} AS y
       FROM numbers WHERE n <= 3 ORDER BY n`,
      { n: "integer", t: "text", y: "text" },
    );
    expect(await all(await extractor(), times)).toEqual([
      [1, "2024-02-29T22:05:00Z", "2024"],
      [2, "3000-01-01T00:00:00Z", "3000"],
      [3, null, null],
    ]);
  });

  test("sees one state of the source while others write", async () => {
    const source = await extractor();
    expect(await source.count(numbers)).toBe(950);
    const other = await extractor();
    try {
      await writeMeanwhile();
      expect(await source.count(numbers)).toBe(950);
      expect(
        (
          await all(
            source,
            spec("SELECT id, flag FROM edges ORDER BY id", { id: "integer", flag: "integer" }),
          )
        )[0],
      ).toEqual([1, 3]);
      expect(await other.count(numbers)).toBe(950);
      expect(await (await extractor()).count(numbers)).toBe(951);
    } finally {
      await undoMeanwhile();
    }
  });
  const writeMeanwhile = (): Promise<void> =>
    source.run(
      "INSERT INTO numbers (n, label) VALUES (5000, 'late')",
      "UPDATE edges SET flag = 0 WHERE id = 1",
    );
  const undoMeanwhile = (): Promise<void> =>
    source.run("DELETE FROM numbers WHERE n = 5000", "UPDATE edges SET flag = 3 WHERE id = 1");

  test("can be left in the midst of a read and used again", async () => {
    const source = await extractor();
    for await (const batch of source.read(numbers, { batchSize: 10 })) {
      expect(batch.rows.length).toBe(10);
      break;
    }
    expect(await source.count(numbers)).toBe(950);
    expect((await all(source, numbers, 300)).length).toBe(950);
  });

  test("stops when it is told to", async () => {
    const source = await extractor();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of source.read(numbers, { batchSize: 10, signal: stop.signal })) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: "interrupted" });
    expect(await source.count(numbers)).toBe(950);
  });

  test("names every column that only one side has, with the nearest name", async () => {
    const wrong = spec("SELECT n, label FROM numbers", { n: "integer", labl: "text" });
    await expect(all(await extractor(), wrong)).rejects.toMatchObject({
      code: "mapping-invalid",
      problems: [
        { message: expect.stringContaining("`labl`"), remedy: "Did you mean `label`?" },
        { message: expect.stringContaining("`label`"), remedy: "Did you mean `labl`?" },
      ],
    });
  });

  test("refuses words in braces that do not exist", async () => {
    const wrong = spec("SELECT CAST(n AS {txt}) AS n FROM numbers", { n: "text" });
    await expect(all(await extractor(), wrong)).rejects.toMatchObject({
      code: "mapping-invalid",
      problems: [{ message: "unknown word {txt}", remedy: "Did you mean {text}?" }],
    });
  });

  test("tells the columns a query really has", async () => {
    const columns = await (await extractor()).columns(edges);
    expect(columns.map((column) => column.name)).toEqual(edges.columns.map((column) => column.name));
    expect(columns[1]!.type).toBe("integer");
    const [, label] = await (await extractor()).columns(numbers);
    expect(label).toMatchObject({ name: "label", type: "text", maxLength: 50 });
  });

  test("fails with a code and without the statement", async () => {
    const failing = spec("SELECT n FROM secret_name_of_no_table", { n: "integer" });
    const error: unknown = await all(await extractor(), failing).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "query-failed", stage: "extract", recovery: "abort" });
    expect(everything(error)).not.toContain("secret_name");
  });

  test("keeps the password out of its errors", async () => {
    if (engine === "sqlite") return;
    const url = new URL(source.url);
    url.username = "nobody";
    url.password = "hunter2-secret";
    const error: unknown = await createSqlExtractor({ connection: { url: url.toString() }, folder: "/" })
      .then((made) => open.push(made))
      .catch((e: unknown) => e);
    // A server that trusts everybody on this machine lets even nobody in; then there is no error to look at.
    if (typeof error === "number") return;
    expect(error).toMatchObject({ code: "source-unreachable" });
    expect(everything(error)).not.toContain("hunter2");
  });
});

/** All that could end in a log: the error, its causes and their stacks. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), everything(error.cause)].join("\n");
}
