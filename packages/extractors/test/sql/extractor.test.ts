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

async function all(extractor: Extractor, extract: ExtractSpec): Promise<SourceValue[][]> {
  const rows: SourceValue[][] = [];
  for await (const batch of extractor.read(extract)) {
    for (const row of batch.rows) rows.push([...row]);
  }
  return rows;
}

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
    await source.run(
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

  const numbers = spec("SELECT n, label FROM numbers ORDER BY n", { n: "integer", label: "text" });

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
