import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExtractor } from "@cutover/extractors";
import { createLoader } from "@cutover/loaders";
import type { ExtractSpec, SourceValue, TableSpec } from "@cutover/model";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const columns = ["a", "b", "c"].map((name) => ({ name, type: "text" as const, nullable: true }));

/** What a file says of how it is written, in the words of a table and of an extract alike. */
const dialect = fc.record({
  encoding: fc.constantFrom("utf-8", "utf-16le", "utf-16be"),
  delimiter: fc.constantFrom("comma", "tab", "pipe", "semicolon"),
});

const piece = fc.constantFrom(
  "a",
  "é",
  "東",
  "🎓",
  ",",
  ";",
  "|",
  "\t",
  '"',
  "\n",
  "\r\n",
  "\r",
  "\\",
  " ",
  "'",
  "=",
  "NULL",
  "\0",
);
const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(piece).map((parts) => parts.join("")),
);

test("what is loaded into a CSV file is read back from it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cutover-test-"));
  let round = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 15 }),
        dialect,
        fc.record({ lineEnd: fc.constantFrom("lf", "crlf"), quoteAll: fc.boolean() }),
        async (rows, shared, writing) => {
          const file = `t${++round}.csv`;
          const table: TableSpec = {
            name: file,
            table: file,
            columns,
            dependents: [],
            options: { ...shared, ...writing },
          };
          const open = { medium: "csv", connection: { folder: "out" }, folder };
          const loader = await createLoader(open);
          await loader.apply({
            inserts: [{ table, columns: ["a", "b", "c"], rows }],
            updates: [],
            deletes: [],
          });
          await loader.close();

          const extract: ExtractSpec = { name: "t", key: ["a"], columns, options: { ...shared, file } };
          const extractor = await createExtractor(open);
          const read: (readonly SourceValue[])[] = [];
          for await (const batch of extractor.read(extract)) {
            expect(batch.rejected).toEqual([]);
            read.push(...batch.rows);
          }
          expect(read).toEqual(rows);
          expect(await extractor.count(extract)).toBe(rows.length);
          await extractor.close();
        },
      ),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
