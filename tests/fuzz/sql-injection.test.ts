import { createExtractor } from "@cutover/extractors";
import { createLoader } from "@cutover/loaders";
import type { ExtractSpec, Loader } from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Texts in the place of a query that reads. */
const notQueries = [
  "DROP TABLE canary",
  "DELETE FROM canary",
  "DELETE FROM canary RETURNING id",
  "INSERT INTO canary VALUES (2)",
  "SELECT id FROM canary; DROP TABLE canary",
  "SELECT id FROM canary; DELETE FROM canary; SELECT 1 AS id",
  "SELECT id FROM canary) counted; DROP TABLE canary; --",
  "SELECT id FROM canary -- \n; DROP TABLE canary",
  "SELECT id FROM canary /* ; */ ; DROP TABLE canary /*",
  "WITH gone AS (DELETE FROM canary RETURNING id) SELECT id FROM gone",
  "COMMIT; DROP TABLE canary",
  "ROLLBACK; START TRANSACTION; DELETE FROM canary; COMMIT; SELECT 1 AS id",
  "PRAGMA writable_schema = 1",
  "ATTACH DATABASE 'x.db' AS x",
  "COPY canary TO PROGRAM 'true'",
  "SELECT id FROM canary INTO @x",
  "SELECT id INTO gone FROM canary",
  "DO 1",
  "",
  "SET GLOBAL read_only = 1",
  "EXPLAIN ANALYZE DELETE FROM canary",
];

const extractOf = (sql: string): ExtractSpec => ({
  name: "hostile",
  key: ["id"],
  columns: [{ name: "id", type: "integer", nullable: true }],
  options: { sql },
});

/** Whatever it ends in, as long as it ends. */
const attempt = async (work: () => Promise<unknown>): Promise<void> => {
  await work().catch((error: unknown) => expect(error).toBeInstanceOf(Error));
};

describe.each(databaseEngines)("what stands in the place of a query, on %s", (engine) => {
  let database: TestDatabase;
  let open: { medium: string; connection: { url: string }; folder: string };
  let watch: Loader;

  beforeAll(async () => {
    database = await testDatabase(engine);
    await database.run("CREATE TABLE canary (id INTEGER)", "INSERT INTO canary VALUES (1)");
    open = { medium: "sql", connection: { url: database.url }, folder: "/" };
    watch = await createLoader(open);
  });
  afterAll(async () => {
    await watch.close();
    await database.drop();
  });

  const canary = async (): Promise<unknown> =>
    (await watch.query("SELECT id FROM canary")).map(({ id }) => Number(id));

  it.each(notQueries)("an extract: %s", async (sql) => {
    for (const use of ["read", "count", "columns", "query"] as const) {
      const extractor = await createExtractor(open);
      try {
        await attempt(async () => {
          if (use === "query") return extractor.query(sql, []);
          if (use !== "read") return extractor[use](extractOf(sql));
          for await (const _ of extractor.read(extractOf(sql))) await Promise.resolve();
        });
      } finally {
        await extractor.close();
      }
      expect(await canary(), use).toEqual([1]);
    }
  });

  it.each(notQueries)("a condition, a reference or a total of the target: %s", async (sql) => {
    const loader = await createLoader(open);
    await attempt(() => loader.query(sql));
    await loader.close();
    expect(await canary()).toEqual([1]);
  });
});
