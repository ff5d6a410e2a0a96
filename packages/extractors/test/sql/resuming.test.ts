import type { Column, ColumnType, Extractor, ExtractSpec, ReadOptions, SourceBatch } from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlExtractor } from "../../src/sql/index.js";

const spec = (
  key: readonly string[],
  sql: string,
  columns: Readonly<Record<string, ColumnType>>,
): ExtractSpec => ({
  name: "things",
  columns: Object.entries(columns).map(([name, type]): Column => ({ name, type, nullable: true })),
  key,
  options: { sql },
});

async function batchesOf(
  extractor: Extractor,
  extract: ExtractSpec,
  options: ReadOptions,
): Promise<SourceBatch[]> {
  const batches: SourceBatch[] = [];
  for await (const batch of extractor.read(extract, options)) batches.push(batch);
  return batches;
}

const numbered = (batches: readonly SourceBatch[]): readonly unknown[] =>
  batches.flatMap(({ rows, at }) => rows.map((row, i) => [at[i], row]));

/** Expects that going on after each batch gives exactly what came after it. */
async function expectGoesOn(extractor: Extractor, extract: ExtractSpec, narrow?: ReadOptions["narrow"]) {
  const whole = await batchesOf(extractor, extract, { batchSize: 2, narrow });
  for (const [n, { token }] of whole.entries()) {
    expect(token).toBeTypeOf("string");
    const rest = await batchesOf(extractor, extract, { batchSize: 3, narrow, after: token });
    expect(numbered(rest)).toEqual(numbered(whole.slice(n + 1)));
  }
  return whole;
}

const texts = ["", "back\\slash", "it's", 'quo"te', "x; --", "żółw"];
const big = 2n ** 53n;

describe.each(databaseEngines)("going on within %s", (engine) => {
  let source: TestDatabase;
  let extractor: Extractor;
  beforeAll(async () => {
    source = await testDatabase(engine);
    const rows = [0, 1, 2].flatMap((n) =>
      texts.map(
        (text, i) => `(${BigInt(n) - 1n + BigInt(n) * big}, '${text.replaceAll("'", "''")}', ${i}, NULL)`,
      ),
    );
    await source.run(
      "CREATE TABLE things (a BIGINT NOT NULL, b VARCHAR(50) NOT NULL, c INTEGER, d INTEGER, PRIMARY KEY (a, b))",
      `INSERT INTO things VALUES ${rows.join(", ")}`,
    );
    extractor = await createSqlExtractor({ connection: { url: source.url }, folder: "/" });
  });
  afterAll(async () => {
    await extractor.close();
    await source.drop();
  });

  const pairs = spec(["a", "b"], "SELECT c, b, a FROM things ORDER BY a, b -- the end", {
    a: "integer",
    b: "text",
    c: "integer",
  });

  test("by a key of several columns, of texts and of numbers beyond 2^53", async () => {
    const whole = await expectGoesOn(extractor, pairs);
    expect(whole.flatMap(({ rows }) => rows)).toHaveLength(18);
    expect(whole.at(-1)?.rows.at(-1)?.[0]).toBe(2n * big + 1n);
  });

  test("in a part of an extract, by tokens of that part", async () => {
    const narrow = { since: { column: "c", value: 2 }, only: ["b", "a"] };
    const whole = await expectGoesOn(extractor, pairs, narrow);
    expect(whole.flatMap(({ rows }) => rows)).toHaveLength(12);
    await expect(batchesOf(extractor, pairs, { after: whole[0]!.token })).rejects.toMatchObject({
      code: "internal",
    });
    const noKey = await batchesOf(extractor, pairs, { batchSize: 2, narrow: { only: ["c", "b"] } });
    expect(new Set(noKey.map(({ token }) => token))).toEqual(new Set([undefined]));
  });

  test("not after a row without a key, nor by a key that does not tell rows apart or order them", async () => {
    const none = spec(["d"], "SELECT d, a FROM things ORDER BY d, a", { d: "integer", a: "integer" });
    expect((await batchesOf(extractor, none, { batchSize: 5 }))[0]!.token).toBeUndefined();
    for (const order of ["c, a", "a, b"]) {
      const wrong = spec(["c"], `SELECT c, a FROM things ORDER BY ${order}`, { c: "integer", a: "integer" });
      const [, second] = await batchesOf(extractor, wrong, { batchSize: 2 });
      await expect(batchesOf(extractor, wrong, { after: second!.token })).rejects.toMatchObject({
        code: "mapping-invalid",
      });
    }
  });

  test("not in another state, nor for another extractor", async () => {
    const [{ token } = { token: undefined }] = await batchesOf(extractor, pairs, { batchSize: 2 });
    const other = await createSqlExtractor({ connection: { url: source.url }, folder: "/" });
    await expect(batchesOf(other, pairs, { after: token })).rejects.toMatchObject({ code: "internal" });
    await other.close();
    await extractor.release!();
    await expect(batchesOf(extractor, pairs, { after: token })).rejects.toMatchObject({ code: "internal" });
  });
});
