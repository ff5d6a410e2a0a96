import type { ExtractSpec } from "@cutover/model";
import iconv from "iconv-lite";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder, readAll } from "./files.js";

async function readLines(content: string | Uint8Array, columns: readonly string[], options = {}) {
  const extractor = await openFolder(folderWith({ "x.ndjson": content }), "ndjson");
  const extract: ExtractSpec = extractOf(columns, { file: "x.ndjson", ...options });
  const read = await readAll(extractor, extract);
  expect(await extractor.count(extract)).toBe(read.rows.length + read.rejected.length);
  return read;
}

describe("JSON lines", () => {
  test("nested members by dotted names, names with dots, and pointers", async () => {
    const line = JSON.stringify({
      actor: { account: { name: "E1" } },
      "a.b": 1,
      result: { extensions: { "http://x/y.z": { n: 2 } } },
    });
    const { rows, at } = await readLines(
      `\n${line}\r\n\n${line}`,
      ["actor.account.name", "a.b", "ext", "none.x"],
      {
        headers: { ext: ["/result/extensions/http:~1~1x~1y.z/n"] },
      },
    );
    expect(rows).toEqual([
      ["E1", 1, 2, null],
      ["E1", 1, 2, null],
    ]);
    expect(at).toEqual([2, 4]);
  });

  test("numbers are exact: integers beyond 2^53, decimals, exponents", async () => {
    const { rows } = await readLines(
      '{"a":9007199254740993,"b":0.30000000000000004,"c":1e5,"d":-1.50,"e":123456789012345678901234567890,"f":1.5e-7}',
      ["a", "b", "c", "d", "e", "f"],
    );
    expect(rows).toEqual([
      [
        9007199254740993n,
        "0.30000000000000004",
        100000,
        "-1.50",
        123456789012345678901234567890n,
        "0.00000015",
      ],
    ]);
  });

  test("booleans, null, structures as JSON text", async () => {
    const { rows } = await readLines('{"a":true,"b":null,"c":{"x":[1,9007199254740993,"é"]},"d":""}', [
      "a",
      "b",
      "c",
      "d",
    ]);
    expect(rows).toEqual([[true, null, '{"x":[1,9007199254740993,"é"]}', ""]]);
  });

  test("lines that are no objects are rejected with their numbers", async () => {
    const deep = "[".repeat(200_000);
    const lines = [
      '{"a":1}',
      "{",
      "[1]",
      "7",
      '{"a":1,"a":2}',
      '"x"',
      deep,
      '{"__proto__":{"a":9}}',
      '{"a":2}',
    ];
    const { rows, at, rejected } = await readLines(lines.join("\n"), ["a"]);
    expect(rows).toEqual([[1], [null], [2]]);
    expect(at).toEqual([1, 8, 9]);
    expect(rejected.map((one) => one.at)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(rejected.every(({ code }) => code === "malformed-row")).toBe(true);
  });

  test("a line of no-break spaces is not blank, one of ASCII space is, however long", async () => {
    const blank = " ".repeat(2000);
    const { rows, rejected } = await readLines(`\u00a0\n\ufeff\n${blank}\n\t\v\f\n{"a":1}\n${blank}`, ["a"], {
      maxRecord: 1000,
    });
    expect(rows).toEqual([[1]]);
    expect(rejected.map(({ at }) => at)).toEqual([1, 2]);
  });

  test("a line nested too deeply is rejected, wherever the nesting is", async () => {
    const nest = (depth: number): string => `{"a":${"[".repeat(depth)}1${"]".repeat(depth)}}`;
    const { rows, rejected } = await readLines([nest(400), nest(600), nest(6000)].join("\n"), ["a"]);
    expect(rows).toEqual([[`${"[".repeat(400)}1${"]".repeat(400)}`]]);
    expect(rejected.map(({ at, note }) => [at, note])).toEqual([
      [2, "the line is nested deeper than 500"],
      [3, "the line is nested deeper than 500"],
    ]);
  });

  test("a line of endless values is rejected", async () => {
    const { rows, rejected } = await readLines(`{"a":[${"{},".repeat(100_000)}1]}\n{"a":1}`, ["a"]);
    expect(rows).toEqual([[1]]);
    expect(rejected).toEqual([
      { at: 1, code: "malformed-row", note: "the line has more than 100000 values" },
    ]);
  });

  test("what JSON.parse makes of a line", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { maxLength: 20 }), fc.boolean(), async (texts, spaced) => {
        const lines = texts.map((text) => {
          const value: unknown = JSON.parse(text);
          return (spaced ? JSON.stringify({ a: value }, null, " ") : JSON.stringify({ a: value })).replaceAll(
            "\n",
            " ",
          );
        });
        const { rows, rejected } = await readLines(lines.join("\n"), ["a"]);
        expect(rejected).toEqual([]);
        rows.forEach(([value], i) => {
          const { a } = JSON.parse(lines[i]!) as { a: unknown };
          if (typeof a === "object" && a !== null) expect(JSON.parse(value as string)).toEqual(a);
          else if (typeof a === "number") expect(Number(value)).toBe(a + 0);
          else expect(value).toBe(a);
        });
      }),
      { numRuns: 50 },
    );
    for (const bad of [
      "{a:1}",
      "{'a':1}",
      '{"a":01}',
      '{"a":1,}',
      '{"a":[1,]}',
      '{"a":"\t"}',
      '{"a":"\\x"}',
      '{"a":"\\u12"}',
      '{"a":nul}',
      '{"a":1} x',
      '{"a"}',
      '{"a":}',
      '{"a":"',
    ]) {
      expect((await readLines(bad, ["a"])).rejected, bad).toHaveLength(1);
    }
  });

  test("bad bytes and lines that are too long", async () => {
    const content = Buffer.concat([
      Buffer.from('\uFEFF{"a":"é"}\n{"a":"'),
      Buffer.from([0xe9]),
      Buffer.from(`"}\n{"a":"${"x".repeat(600_000)}"}\n{"a":"z"}`),
    ]);
    const { rows, rejected } = await readLines(content, ["a"], { maxRecord: 1000 });
    expect(rows).toEqual([["é"], ["z"]]);
    expect(rejected.map(({ at, code }) => [at, code])).toEqual([
      [2, "bad-encoding"],
      [3, "malformed-row"],
    ]);
  });

  test("UTF-16", async () => {
    const { rows } = await readLines(iconv.encode('{"a":"東"}\n', "utf-16le", { addBOM: true }), ["a"]);
    expect(rows).toEqual([["東"]]);
  });

  test("an empty file has no records; the columns are those that are found", async () => {
    expect((await readLines("", ["a"])).rows).toEqual([]);
    const extractor = await openFolder(folderWith({ "x.ndjson": '{"a":{"b":1},"c":2}\n{"d":1}' }), "ndjson");
    const columns = await extractor.columns(extractOf(["a.b", "z"], { file: "x.ndjson" }));
    expect(columns.map(({ name }) => name)).toEqual(["a.b", "c", "d"]);
  });
});
