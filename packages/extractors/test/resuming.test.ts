import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Extractor, ExtractSpec, RejectedRow, SourceBatch, SourceValue } from "@cutover/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder } from "./files.js";

interface Read {
  readonly rows: readonly (readonly [file: string, at: number, row: readonly SourceValue[]])[];
  readonly rejected: readonly RejectedRow[];
}

const told = (batches: readonly SourceBatch[]): Read => ({
  rows: batches.flatMap(({ file, rows, at }) =>
    rows.map((row, i) => [`${file!.name} after ${file!.before}`, at[i]!, row] as const),
  ),
  rejected: batches.flatMap(({ rejected }) => rejected),
});

async function batchesOf(
  extractor: Extractor,
  extract: ExtractSpec,
  batchSize: number,
  after?: string,
): Promise<readonly SourceBatch[]> {
  const batches: SourceBatch[] = [];
  for await (const batch of extractor.read(extract, { batchSize, after })) batches.push(batch);
  return batches;
}

/** Expects that going on after each batch gives exactly what came after it. */
async function expectGoesOn(
  extractor: Extractor,
  extract: ExtractSpec,
  sizes: readonly [number, number],
): Promise<Read> {
  const whole = await batchesOf(extractor, extract, sizes[0]);
  for (const [n, { token }] of whole.entries()) {
    const rest = told(await batchesOf(extractor, extract, sizes[1], token));
    expect(rest).toEqual(told(whole.slice(n + 1)));
  }
  return told(whole);
}

const csv = extractOf(["a", "b"], { file: "p-*.csv" });
const line = fc.constantFrom("1,2", '"x\ny",3', "4", "5,6,7", "", '"8",9');

describe("going on after a batch", () => {
  test("holds for any files, rejected rows among them, and any batches", async () => {
    const size = fc.integer({ min: 1, max: 9 });
    const lines = fc.array(fc.array(line, { maxLength: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lines, size, size, async (files, one, other) => {
        const folder = folderWith(
          Object.fromEntries(files.map((part, i) => [`p-${i}.csv`, ["a,b", ...part, ""].join("\n")])),
        );
        const extractor = await openFolder(folder);
        const read = await expectGoesOn(extractor, csv, [one, other]);
        expect(read.rows.length + read.rejected.length).toBe(await extractor.count(csv));
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["ndjson", '{"a":"1"}\nno\n{"a":"2"}\n\nnot\nneither\n{"a":"3"}\n'],
    ["xml", "<r><p><a>1</a></p><p><a>2</a></p>\n<p><a>3</a></p></r>"],
  ])("%s", async (medium, content) => {
    const folder = folderWith({ [`p-1.${medium}`]: content, [`p-2.${medium}`]: content });
    const extract = extractOf(["a"], {
      file: `p-*.${medium}`,
      ...(medium === "xml" ? { record: "r/p" } : {}),
    });
    const { rows } = await expectGoesOn(await openFolder(folder, medium), extract, [1, 2]);
    expect(rows.map(([, , [a]]) => a)).toEqual(["1", "2", "3", "1", "2", "3"]);
  });

  test("is for another extractor too, as long as no file changes", async () => {
    const folder = folderWith({ "p-1.csv": "a,b\n1,2\n3,4\n", "p-2.csv": "a,b\n5,6\n" });
    const [first] = await batchesOf(await openFolder(folder), csv, 1);
    const rest = await batchesOf(await openFolder(folder), csv, 9, first!.token);
    expect(told(rest).rows.map(([, , [a]]) => a)).toEqual(["3", "5"]);

    const changes = [
      ["touched", () => utimesSync(join(folder, "p-2.csv"), 1, 1)],
      ["longer", () => writeFileSync(join(folder, "p-2.csv"), "a,b\n5,6\n7,8\n")],
      ["one more", () => writeFileSync(join(folder, "p-3.csv"), "a,b\n")],
    ] as const;
    for (const [what, change] of changes) {
      const extractor = await openFolder(folder);
      const { token } = (await batchesOf(extractor, csv, 1))[0]!;
      change();
      await expect(batchesOf(await openFolder(folder), csv, 9, token), what).rejects.toMatchObject({
        code: "internal",
        message: expect.stringContaining("a state of the source that is gone") as string,
      });
    }
  });

  test("leads nowhere where the token counts more rows than there are", async () => {
    const extractor = await openFolder(folderWith({ "p-1.csv": "a,b\n1,2\n" }));
    const { token } = (await batchesOf(extractor, csv, 1))[0]!;
    const wrong = token!.replace(/,1,0\]$/, ",2,0]");
    expect(wrong).not.toBe(token);
    await expect(batchesOf(extractor, csv, 1, wrong)).rejects.toMatchObject({ code: "internal" });
  });
});
