import type { Column, ColumnType, Extractor, ExtractSpec } from "@cutover/model";
import { testDatabase, type TestDatabase } from "@cutover/testkit";
import * as fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlExtractor } from "../../src/sql/index.js";

const spec = (sql: string, columns: Readonly<Record<string, ColumnType>>): ExtractSpec => ({
  name: "things",
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  key: ["n"],
  options: { sql },
});
const rows = 3_000;
const many = spec("SELECT n, label FROM many ORDER BY n -- every one of them", {
  n: "integer",
  label: "text",
});

async function drain(extractor: Extractor, extract: ExtractSpec, batchSize = 500): Promise<unknown[][]> {
  const found: unknown[][] = [];
  for await (const batch of extractor.read(extract, { batchSize })) {
    expect(batch.rows.length).toBeLessThanOrEqual(batchSize);
    found.push(...batch.rows.map((row) => [...row]));
  }
  return found;
}

describe("PostgreSQL's own", () => {
  let source: TestDatabase;
  let other: Client;
  const open = (url = source.url): Promise<Extractor> =>
    createSqlExtractor({ connection: { url }, folder: "/" });
  /** The connections that read, beside the one that holds the snapshot. */
  const readers = async (): Promise<number[]> => {
    const { rows: found } = await other.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'",
    );
    return found.map(({ pid }) => pid);
  };

  beforeAll(async () => {
    source = await testDatabase("postgresql");
    await source.run(
      "CREATE TABLE many (n INTEGER PRIMARY KEY, label TEXT)",
      `INSERT INTO many SELECT n, repeat('x', 2000) FROM generate_series(1, ${rows}) n`,
      "CREATE TABLE texts (n BIGINT PRIMARY KEY, body TEXT, raw BYTEA, flag BOOLEAN, words TEXT[])",
    );
    other = new Client({ connectionString: source.url });
    other.on("error", () => undefined);
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await source.drop();
  });

  test("any value that can be stored is read as it is", async () => {
    const texts = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.replaceAll("\0", "\\N"));
    const special = fc.constantFrom(
      "\\N",
      "\\.",
      "\\",
      "\t",
      "\n",
      "\r\n",
      "\\t",
      "\u0008\u000b\u000c",
      "{}",
      "é\\",
    );
    const row = fc.tuple(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.option(
        fc.oneof(
          texts,
          special,
          fc.array(fc.oneof(texts, special)).map((parts) => parts.join("")),
        ),
      ),
      fc.option(fc.uint8Array({ maxLength: 40 })),
      fc.option(fc.boolean()),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(row, { selector: ([n]) => n, maxLength: 60 }), async (given) => {
        await other.query("TRUNCATE texts");
        for (const [n, body, raw, flag] of given) {
          const bytes = raw === null ? null : Buffer.from(raw);
          await other.query("INSERT INTO texts VALUES ($1, $2, $3, $4)", [String(n), body, bytes, flag]);
        }
        const extractor = await open();
        const found = await drain(
          extractor,
          spec("SELECT n, body, raw, flag FROM texts ORDER BY n", {
            n: "integer",
            body: "text",
            raw: "bytes",
            flag: "boolean",
          }),
        );
        await extractor.close();
        const sorted = given.toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(found.map(([n, ...rest]) => [BigInt(n as number), ...rest])).toEqual(
          sorted.map(([n, body, raw, flag]) => [n, body, raw === null ? null : Buffer.from(raw), flag]),
        );
      }),
      { numRuns: 15 },
    );
  });

  test("a user who may have one connection reads the same", async () => {
    const url = new URL(source.url);
    const user = `u${url.pathname.slice(-20)}`;
    await source.run(`CREATE ROLE "${user}" LOGIN CONNECTION LIMIT 1`, `GRANT SELECT ON many TO "${user}"`);
    url.username = user;
    const extractor = await open(url.href);
    try {
      expect((await drain(extractor, many)).length).toBe(rows);
      await source.run("DELETE FROM many WHERE n > 2990");
      expect((await drain(extractor, many)).length).toBe(rows);
    } finally {
      await extractor.close();
      await source.run(`DROP OWNED BY "${user}"`, `DROP ROLE "${user}"`);
      await source.run(`INSERT INTO many SELECT n, repeat('x', 2000) FROM generate_series(2991, ${rows}) n`);
    }
  });

  test("another extractor can be opened to see the same state, as long as it is held", async () => {
    const extractor = await open();
    const state = (await extractor.state?.()) ?? undefined;
    await source.run("DELETE FROM many WHERE n = 5");
    const share = (): Promise<Extractor> =>
      createSqlExtractor({ connection: { url: source.url }, folder: "/", state });
    const second = await share();
    expect((await drain(second, many)).length).toBe(rows);
    expect(await second.count(many)).toBe(rows);
    await second.close();
    await extractor.close();
    await expect(share()).rejects.toThrow(/source/);
    await source.run("INSERT INTO many VALUES (5, 'back')");
  });

  test("every read sees one snapshot, however many are open and whatever others write", async () => {
    const extractor = await open();
    const first = extractor.read(many, { batchSize: 10 })[Symbol.asyncIterator]();
    await first.next();
    await source.run("DELETE FROM many WHERE n = 5");
    expect((await drain(extractor, many)).length).toBe(rows);
    expect(await extractor.count(many)).toBe(rows);
    await first.return?.(undefined);
    expect((await drain(extractor, many)).length).toBe(rows);
    await extractor.release?.();
    expect((await drain(extractor, many)).length).toBe(rows - 1);
    await extractor.close();
    await source.run("INSERT INTO many VALUES (5, 'back')");
  });

  test("a read whose connection is cut off says so, and the next one has another", async () => {
    const extractor = await open();
    const reading = extractor.read(many, { batchSize: 10 })[Symbol.asyncIterator]();
    await reading.next();
    for (const pid of await readers()) await other.query("SELECT pg_terminate_backend($1)", [pid]);
    const left = async (): Promise<void> => {
      while ((await reading.next()).done !== true);
    };
    await expect(left()).rejects.toMatchObject({ code: "connection-lost", recovery: "retry" });
    expect((await drain(extractor, many)).length).toBe(rows);
    await extractor.close();
  });

  test("nothing is left open of reads that were left or came to their end", async () => {
    const extractor = await open();
    await drain(extractor, many, rows);
    for await (const _ of extractor.read(many, { batchSize: 10 })) break;
    const reading = extractor.read(many, { batchSize: 10 })[Symbol.asyncIterator]();
    await reading.next();
    await extractor.close();
    await expect.poll(readers, { timeout: 10_000 }).toEqual([]);
  });
});
