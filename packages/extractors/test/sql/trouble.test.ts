import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Column, ColumnType, Extractor, ExtractSpec, RejectedRow, SourceValue } from "@cutover/model";
import { engines, testDatabase, type TestDatabase } from "@cutover/testkit";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlExtractor } from "../../src/sql/index.js";

const spec = (sql: string, columns: Readonly<Record<string, ColumnType>>): ExtractSpec => ({
  name: "things",
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  key: [Object.keys(columns)[0]!],
  options: { sql },
});

async function drain(extractor: Extractor, extract: ExtractSpec, batchSize?: number) {
  const rows: (readonly SourceValue[])[] = [];
  const rejected: RejectedRow[] = [];
  const at: number[] = [];
  for await (const batch of extractor.read(extract, { batchSize })) {
    rows.push(...batch.rows);
    rejected.push(...batch.rejected);
    at.push(...batch.at);
  }
  return { rows, rejected, at };
}

describe("SQLite's own", () => {
  test("text that is not UTF-8 is rejected with its position; a true U+FFFD is not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cutover-sqlite-"));
    const db = new Sqlite(join(folder, "source.db"));
    db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    db.exec(
      "INSERT INTO t VALUES (1, 'fine'), (2, CAST(X'C3' AS TEXT)), (3, CAST(X'EFBFBD' AS TEXT)), (4, 'end')",
    );
    db.close();
    const extractor = await createSqlExtractor({ connection: { url: "sqlite:source.db" }, folder });
    const read = await drain(
      extractor,
      spec("SELECT id, name FROM t ORDER BY id", { id: "integer", name: "text" }),
      3,
    );
    await extractor.close();
    rmSync(folder, { recursive: true });
    expect(read.rows).toEqual([
      [1, "fine"],
      [3, "\uFFFD"],
      [4, "end"],
    ]);
    expect(read.at).toEqual([1, 3, 4]);
    expect(read.rejected).toEqual([
      { at: 2, code: "bad-encoding", note: "A text in the database is not valid UTF-8." },
    ]);
  });
});

describe.each(engines)("trouble reading from %s", (engine) => {
  let source: TestDatabase;
  const rows = 100;
  const wide = spec("SELECT n, pad FROM wide ORDER BY n", { n: "integer", pad: "text" });
  beforeAll(async () => {
    source = await testDatabase(engine);
    const values = Array.from({ length: rows }, (_, n) => `(${n}, '')`).join(", ");
    await source.run(
      "CREATE TABLE wide (n INTEGER PRIMARY KEY, pad VARCHAR(20))",
      `INSERT INTO wide VALUES ${values}`,
    );
  });
  afterAll(() => source.drop());
  const open = (): Promise<Extractor> => createSqlExtractor({ connection: { url: source.url }, folder: "/" });

  test("a query that fails does not end the snapshot", async () => {
    const extractor = await open();
    expect(await extractor.count(wide)).toBe(rows);
    await expect(extractor.query("SELECT nothing FROM nowhere", [])).rejects.toMatchObject({
      code: "query-failed",
    });
    await expect(extractor.columns(spec("SELECT FROM WHERE", {}))).rejects.toMatchObject({
      code: "query-failed",
    });
    await expect(drain(extractor, spec("SELECT x FROM wide", { x: "text" }))).rejects.toMatchObject({
      code: "query-failed",
    });
    await source.run("DELETE FROM wide WHERE n = 0");
    expect(await extractor.count(wide)).toBe(rows);
    await extractor.close();
    await source.run("INSERT INTO wide VALUES (0, '')");
  });

  // PostgreSQL reads by cursors, several at a time; MariaDB's one connection has one reader.
  const onlyOne = engine === "mariadb" ? test : null;
  onlyOne?.("a second read is refused in words while one is open", async () => {
    const extractor = await open();
    const first = extractor.read(wide, { batchSize: 10 })[Symbol.asyncIterator]();
    expect((await first.next()).value?.rows.length).toBe(10);
    await expect(drain(extractor, wide)).rejects.toMatchObject({ code: "internal" });
    await extractor.close();
  });
});
