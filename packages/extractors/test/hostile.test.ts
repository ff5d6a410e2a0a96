import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExtractor } from "@cutover/extractors";
import { CutoverError } from "@cutover/model";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder, readAll, readCsv } from "./files.js";

const ab = ["a", "b"];
const lines = (read: { readonly rejected: readonly { readonly at: number }[] }) =>
  read.rejected.map(({ at }) => at);

describe("CSV that is not well-formed", () => {
  test("stray quotes reject their line and no other", async () => {
    const read = await readCsv('a,b\n1,2\n"x"y,2\n3,"z" \n4,q"\n5,6\n', ab);
    expect(read.rows).toEqual([
      ["1", "2"],
      ["5", "6"],
    ]);
    expect(lines(read)).toEqual([3, 4, 5]);
    expect(read.count).toBe(5);
  });

  test("a quote that is never closed is an error that names its line", async () => {
    const read = readCsv('a,b\n1,2\n3,"4\n5,6\n', ab);
    await expect(read).rejects.toMatchObject({
      code: "source-malformed",
      problems: [{ at: { file: "people.csv", line: 3 } }],
    });
  });

  test("rows with too few or too many values", async () => {
    const read = await readCsv("a,b\n1\n1,2\n1,2,3\n1,2,\n", ab);
    expect(read.rows).toEqual([["1", "2"]]);
    expect(read.rejected).toEqual([
      { at: 2, code: "malformed-row", note: "1 values where 2 are expected" },
      { at: 4, code: "malformed-row", note: "3 values where 2 are expected" },
      { at: 5, code: "malformed-row", note: "3 values where 2 are expected" },
    ]);
    expect(read.count).toBe(4);
  });

  test("NUL bytes come through: the mapping flags them by field", async () => {
    expect((await readCsv('a,b\n1\0,"\0"\n', ab)).rows).toEqual([["1\0", "\0"]]);
  });

  test("formulas are text", async () => {
    expect((await readCsv("a,b\n=HYPERLINK(1),@x\n", ab)).rows).toEqual([["=HYPERLINK(1)", "@x"]]);
  });

  test.each([
    ["in quotes, with lines that look like records", `"${"x,y\n9,9\n".repeat(1_000_000)}"`],
    ["in quotes, with doubled quotes", `"${'""\n'.repeat(3_000_000)}"`],
    ["without quotes", "x".repeat(10_000_000)],
  ])("a value of 10 MB %s rejects its record alone", async (_, value) => {
    const read = await readCsv(`a,b\n1,2\n3,${value}\n5,6\n`, ab);
    expect(read.rows).toEqual([
      ["1", "2"],
      ["5", "6"],
    ]);
    expect(lines(read)).toEqual([3]);
    expect(read.at.at(-1)).toBe(4 + value.split("\n").length - 1);
    expect(read.count).toBe(3);
  });

  test("a value of 10 MB where that is allowed", async () => {
    const value = "é\n".repeat(4_000_000);
    const read = await readCsv(`a,b\n3,"${value}"\n`, ab, { maxRecord: 9_000_000 });
    expect(read.rows[0]?.[1]).toBe(value);
    expect(read.count).toBe(1);
  });

  test("100,000 columns", async () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `c${i}`);
    const content = `${names.join(",")}\n${names.map(() => "1").join(",")}\n`;
    const error = await readCsv(content, ["c7", "c99999"]).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "source-malformed" });
    expect((error as { problems: unknown[] }).problems).toHaveLength(51);
    expect((await readCsv(content, ["c7", "c99999"], { unknown: "ignore" })).rows).toEqual([["1", "1"]]);
  });

  test("a file of nothing but uneven records is counted all the same", async () => {
    const read = await readCsv(`a,b\n${'"\n'.repeat(200_000)}`, ab);
    expect([read.rows.length, read.rejected.length, read.count]).toEqual([0, 100_000, 100_000]);
  });

  test("columns and words that JavaScript knows as well", async () => {
    const names = ["constructor", "__proto__", "toString"];
    expect((await readCsv("constructor,__proto__,toString\n1,2,3\n", names)).rows).toEqual([["1", "2", "3"]]);
    for (const options of [{ encoding: "constructor" }, { delimiter: "constructor" }])
      await expect(readCsv("a,b\n", ab, options)).rejects.toMatchObject({ code: "mapping-invalid" });
  });

  test("a batch of long rows holds few of them", async () => {
    const long = "x".repeat(1_000_000);
    const folder = folderWith({
      "people.csv": `a,b\n${`${long},1\n`.repeat(30)}`,
      "people.ndjson": `{"a":"${long}"}\n`.repeat(30),
    });
    for (const medium of ["csv", "ndjson"]) {
      const extractor = await openFolder(folder, medium);
      const sizes: number[] = [];
      for await (const { rows } of extractor.read(extractOf(ab, { file: `people.${medium}` }))) {
        sizes.push(rows.length);
      }
      expect(sizes.reduce((sum, size) => sum + size)).toBe(30);
      expect(Math.max(...sizes)).toBeLessThan(12);
    }
  });

  test("a declared encoding that the file does not have", async () => {
    const content = Buffer.from("\uFEFFa,b\n1,2\n", "utf16le");
    await expect(readCsv(content, ab, { encoding: "utf-8" })).rejects.toMatchObject({
      code: "source-malformed",
    });
  });
});

const codeOf = (error: unknown): string => (error instanceof CutoverError ? error.code : String(error));

describe("laws", () => {
  const piece = fc.constantFrom(
    "a",
    "é",
    ",",
    '"',
    '""',
    "\n",
    "\r\n",
    "\r",
    "\\",
    "|",
    " ",
    "\0",
    "NULL",
    "🎓",
  );

  test("whatever is written is read", async () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(piece).map((parts) => parts.join("")),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, value), { maxLength: 20 }),
        fc.constantFrom(",", "\t", ";", "|"),
        fc.constantFrom("\n", "\r\n"),
        async (rows, delimiter, record_delimiter) => {
          const content = stringify([ab, ...rows], {
            delimiter,
            record_delimiter,
            quote_record_delimiter: true,
          });
          const read = await readCsv(content, ab, { delimiter });
          expect(read.rows).toEqual(rows);
          expect(read.rejected).toEqual([]);
          expect(read.count).toBe(rows.length);
          // Physical lines: every line feed before a record ends one.
          const starts = rows.map(
            (_, i) =>
              stringify([ab, ...rows.slice(0, i)], {
                delimiter,
                record_delimiter,
                quote_record_delimiter: true,
              }).split("\n").length,
          );
          expect(read.at).toEqual(starts);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("well-formed text is read as csv-parse reads it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (parts) => {
        // csv-parse takes a quote before a NUL for a closing one.
        const content = `a,b\n${parts.join("").replaceAll(/"+\0/g, "\0")}`;
        let expected: string[][];
        try {
          expected = parse(content, {
            record_delimiter: ["\r\n", "\n"],
            relax_column_count: true,
            skip_empty_lines: true,
          });
        } catch {
          return;
        }
        const read = await readCsv(content, ab, { delimiter: "," });
        expect(read.rows).toEqual(expected.slice(1).filter(({ length }) => length === 2));
        expect(read.count).toBe(expected.length - 1);
      }),
      { numRuns: 300 },
    );
  });

  test("any bytes: every record is read or rejected, and counted", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array)),
      fc.array(piece, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(""))),
    );
    const options = fc.record(
      {
        encoding: fc.constantFrom("utf-8", "utf-16le", "utf-16be", "windows-1252", "auto"),
        escape: fc.constantFrom("backslash", "double"),
        quote: fc.constantFrom('"', "none"),
        recordEnd: fc.constant("!##!"),
        nullText: fc.constant("NULL"),
        maxRecord: fc.constantFrom(4, 1000),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(bytes, options, async (content, given) => {
        const read = await readCsv(content, ab, { header: false, delimiter: ",", ...given }).catch(codeOf);
        const whole = typeof read === "string" ? read : read.count - read.rows.length - read.rejected.length;
        expect([0, "source-malformed"]).toContain(whole);
      }),
      { numRuns: 500 },
    );
  });

  test("however the file is cut into pieces", async () => {
    // Records of every length around the size of a piece of the file.
    const filler = Array.from(
      { length: 3000 },
      (_, i) => `"${"é\n".repeat(i % 150)}","${'""'.repeat(i % 7)}"`,
    );
    const content = `a,b\r\n${filler.join("\r\n")}`;
    const expected = parse(content, { record_delimiter: ["\r\n"] }) as unknown as string[][];
    const read = await readCsv(content, ab);
    expect(read.rows).toEqual(expected.slice(1));
    expect(read.count).toBe(filler.length);
  });
});

const unconnected = (medium: string) => createExtractor({ medium, connection: {}, folder: "/" });

describe("paths", () => {
  test.each(["../people.csv", "/etc/passwd", "a/../../x.csv", "a\\..\\x.csv", "C:/x.csv", "x\0.csv", ".."])(
    "the pattern %j leaves the folder",
    async (file) => {
      const extractor = await openFolder(folderWith({ "people.csv": "a,b\n" }));
      await expect(extractor.count(extractOf(ab, { file }))).rejects.toMatchObject({
        code: "mapping-invalid",
      });
    },
  );

  test("symbolic links are refused, of files and of folders", async () => {
    const outside = folderWith({ "people.csv": "a,b\n1,2\n" });
    const folder = folderWith({});
    symlinkSync(join(outside, "people.csv"), join(folder, "people.csv"));
    symlinkSync(outside, join(folder, "sub"));
    for (const file of ["people.csv", "*.csv", "sub/people.csv", "*/people.csv"]) {
      const extractor = await openFolder(folder);
      await expect(extractor.count(extractOf(ab, { file }))).rejects.toMatchObject({
        code: "source-unreadable",
      });
    }
  });

  test("a missing file says which is near; a missing folder and a wrong connection say so", async () => {
    const extractor = await openFolder(folderWith({ "peeple.csv": "a,b\n" }));
    await expect(extractor.count(extractOf(ab))).rejects.toMatchObject({
      code: "source-unreadable",
      remedy: expect.stringContaining("peeple.csv") as string,
    });
    const gone = await openFolder(join(tmpdir(), "cutover-none"));
    await expect(gone.count(extractOf(ab))).rejects.toMatchObject({ code: "source-unreadable" });
    await expect(unconnected("csv")).rejects.toMatchObject({ code: "connection-invalid" });
    await expect(unconnected("fax")).rejects.toMatchObject({ code: "connection-invalid" });
  });

  test("a file that changes between two reads is refused", async () => {
    const folder = folderWith({ "people.csv": "a,b\n1,2\n" });
    const extractor = await openFolder(folder);
    await readAll(extractor, extractOf(ab));
    writeFileSync(join(folder, "people.csv"), "a,b\n1,2\n3,4\n");
    await expect(readAll(extractor, extractOf(ab))).rejects.toMatchObject({ code: "source-unreadable" });
  });

  test("options that do not exist, or fit nothing, are said all at once", async () => {
    const extractor = await openFolder(folderWith({ "people.csv": "a,b\n" }));
    const error = await extractor
      .count(extractOf(ab, { delimeter: "tab", encoding: "latin9", optional: ["bb"], maxRecord: 0 }))
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "mapping-invalid" });
    expect((error as { problems: unknown[] }).problems).toHaveLength(4);
  });
});
