import type { Column, ColumnType, ExtractSpec } from "@cutover/model";
import { testDatabase, type TestDatabase } from "@cutover/testkit";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlExtractor } from "../../src/sql/index.js";

const spec = (sql: string, columns: Readonly<Record<string, ColumnType>>): ExtractSpec => ({
  name: "things",
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  key: ["id"],
  options: { sql },
});

describe("MariaDB's own", () => {
  let source: TestDatabase;
  beforeAll(async () => {
    source = await testDatabase("mariadb");
    await source.run("CREATE TABLE numbers (id INT PRIMARY KEY, d DOUBLE, f FLOAT, t TIME(3), s DATETIME)");
  });
  afterAll(() => source.drop());

  const read = async (extract: ExtractSpec): Promise<unknown[][]> => {
    const extractor = await createSqlExtractor({ connection: { url: source.url }, folder: "/" });
    const rows: unknown[][] = [];
    try {
      for await (const batch of extractor.read(extract)) rows.push(...batch.rows.map((row) => [...row]));
      return rows;
    } finally {
      await extractor.close();
    }
  };
  const finite = { noNaN: true, noDefaultInfinity: true } as const;

  test("doubles come with all their digits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(finite), { minLength: 1, maxLength: 200 }), async (given) => {
        const values = given.map((d, id) => `(${id}, ${d.toExponential()})`);
        await source.run("TRUNCATE numbers", `INSERT INTO numbers (id, d) VALUES ${values.join(", ")}`);
        const rows = await read(spec("SELECT id, d FROM numbers ORDER BY id", { id: "integer", d: "float" }));
        expect(rows.map(([, d]) => d)).toEqual(given.map((d) => (d === 0 ? 0 : d)));
      }),
      { numRuns: 10 },
    );
  });

  test("floats come as the shortest number that is the same float, and times beside them as ever", async () => {
    await source.run(
      "TRUNCATE numbers",
      `INSERT INTO numbers VALUES (1, 9.200000000000001, 0.1, '-12:34:56.7', '2024-02-29 00:00:00'),
        (2, -0.30000000000000004, 123456.79, '838:59:59', '0000-00-00 00:00:00'), (3, NULL, 16777217, NULL, NULL)`,
    );
    const columns = { id: "integer", d: "float", f: "float", t: "time", s: "time" } as const;
    expect(await read(spec("SELECT id, d, f, t, s FROM numbers ORDER BY id", columns))).toEqual([
      [1, 9.200000000000001, 0.1, "-12:34:56.700", "2024-02-29 00:00:00"],
      [2, -0.30000000000000004, 123456.79, "838:59:59.000", "0000-00-00 00:00:00"],
      [3, null, 16777216, null, null],
    ]);
  });

  test("a statement the server does not understand is told of, and the next one is read", async () => {
    const extractor = await createSqlExtractor({ connection: { url: source.url }, folder: "/" });
    try {
      const wrong = extractor.read(spec("SELECT x FROM numbers", { x: "text" }))[Symbol.asyncIterator]();
      await expect(wrong.next()).rejects.toMatchObject({ code: "query-failed" });
      expect(await extractor.count(spec("SELECT id FROM numbers", { id: "integer" }))).toBe(3);
    } finally {
      await extractor.close();
    }
  });
});
