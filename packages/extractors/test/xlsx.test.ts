import { join } from "node:path";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import type { ColumnType, ExtractSpec } from "@cutover/model";
import { extractOf, folderWith, openFolder, readAll } from "./files.js";
import { number, row, text, workbook, type WorkbookParts } from "./workbooks.js";

const xlsx = (columns: readonly string[], options: Readonly<Record<string, unknown>> = {}): ExtractSpec =>
  extractOf(columns, { file: "people.xlsx", ...options });

async function readBook(content: Uint8Array, extract: ExtractSpec) {
  const extractor = await openFolder(folderWith({ "people.xlsx": content }), "xlsx");
  const read = await readAll(extractor, extract);
  expect(await extractor.count(extract)).toBe(read.rows.length + read.rejected.length);
  return read;
}

const withType = (extract: ExtractSpec, type: ColumnType): ExtractSpec => ({
  ...extract,
  columns: extract.columns.map((column) => ({ ...column, type })),
});

/** One column `a`, whose cells from A2 on have the given stored numbers under one format. */
async function numbers(format: string, stored: readonly string[], more: Partial<WorkbookParts> = {}) {
  const cells = stored.map((value, i) => row(i + 2, number(`A${i + 2}`, value, 1)));
  const book = workbook({
    sheets: { S: row(1, text("A1", "a")) + cells.join("") },
    formats: [format],
    ...more,
  });
  const { rows, rejected } = await readBook(book, xlsx(["a"]));
  return { values: rows.map(([value]) => value), rejected };
}

describe("cells", () => {
  test("texts, numbers, booleans, formulas, empty and merged cells", async () => {
    const book = workbook({
      sheets: {
        S:
          row(1, text("A1", "A"), text("B1", "b"), text("C1", "C c")) +
          row(3, `<c r="A3" t="s"><v>1</v></c>`, number("C3", "57")) +
          row(
            4,
            `<c r="A4" t="str"><f>A1&amp;A3</f><v>a_x000D_&amp;b_x005F_x0041_</v></c><c r="B4" s="0"/>`,
          ) +
          row(
            5,
            `<c r="A5" t="b"><v>1</v></c>`,
            `<c r="B5"><f>1+1</f><v>2</v></c>`,
            text("C5", "&lt;b&gt; é 東 🎓"),
          ) +
          `<row r="6"><c r="A6" s="0"/></row><row><c><v>7</v></c><c><v>8</v></c></row>`,
      },
      strings:
        '<si><t>zero</t></si><si><r><t>o</t></r><r><t xml:space="preserve">ne </t></r><rPh><t>x</t></rPh></si>',
    });
    const { rows, at } = await readBook(book, xlsx(["a", "b", "c c"]));
    expect(rows).toEqual([
      ["one ", null, "57"],
      ["a\r&b_x0041_", null, null],
      ["TRUE", "2", "<b> é 東 🎓"],
      ["7", "8", null],
    ]);
    expect(at).toEqual([3, 4, 5, 7]);
  });

  test("what has no value to be told rejects its row", async () => {
    const book = workbook({
      sheets: {
        S:
          row(1, text("A1", "a"), text("B1", "b")) +
          row(2, `<c r="A2" t="e"><v>#N/A</v></c>`) +
          row(3, `<c r="A3"><f>NOW()</f></c>`) +
          row(4, `<c r="A4" t="s"><v>99</v></c>`) +
          row(5, text("A5", "x"), text("D5", "lost")) +
          row(6, text("A6", "ok")),
      },
    });
    const { rows, rejected } = await readBook(book, xlsx(["a", "b"]));
    expect(rows).toEqual([["ok", null]]);
    expect(rejected.map(({ at, note }) => [at, note])).toEqual([
      [2, "cell A2 holds an error of the spreadsheet"],
      [3, "cell A3 holds a formula without its value"],
      [4, "cell A4 refers to a text that the workbook does not have"],
      [5, "cell D5 lies outside the named columns"],
    ]);
  });

  test("numbers keep their digits and have no exponent", async () => {
    const stored = [
      "1E+5",
      "19.989999999999998",
      "0.1",
      "1.5E-3",
      "12345678901234567890",
      "-0",
      "100",
      "1E22",
    ];
    const { values } = await numbers("0.00", stored);
    expect(values).toEqual([
      "100000",
      "19.99",
      "0.1",
      "0.0015",
      "12345678901234567890",
      "0",
      "100",
      "10000000000000000000000",
    ]);
  });

  test("a column of integers has numbers, beyond 2^53 exact ones", async () => {
    const book = workbook({
      sheets: {
        S: row(1, text("A1", "a")) + row(2, number("A2", "57")) + row(3, number("A3", "9007199254740993")),
      },
    });
    const { rows } = await readBook(book, withType(xlsx(["a"]), "integer"));
    expect(rows).toEqual([[57], [9007199254740993n]]);
  });
});

describe("dates", () => {
  test.each<[string, string, string]>([
    ["yyyy-mm-dd", "45351", "2024-02-29"],
    ["[$-409]d/m/yy;@", "45351", "2024-02-29"],
    ["dd/mm/yyyy hh:mm", "45351.7118055556", "2024-02-29T17:05:00"],
    ["dd/mm/yyyy", "45351.5", "2024-02-29T12:00:00"],
    ["h:mm AM/PM", "0.75", "18:00:00"],
    ["[h]:mm:ss", "1.5", "36:00:00"],
    ['0 "days"', "45351", "45351"],
    ["#,##0.00 [Red]", "45351", "45351"],
    ["m/d/yyyy", "1", "1900-01-01"],
    ["m/d/yyyy", "59", "1900-02-28"],
    ["m/d/yyyy", "60", "1900-02-29"],
    ["m/d/yyyy", "61", "1900-03-01"],
    ["yyyy\\-mm\\-dd\\Thh:mm:ss.000", "45351.0000115741", "2024-02-29T00:00:01"],
  ])("format %s, stored %s", async (format, stored, expected) => {
    expect((await numbers(format, [stored])).values).toEqual([expected]);
  });

  test("a workbook that counts from 1904", async () => {
    expect(
      (await numbers("m/d/yyyy", ["0", "1"], { workbook: '<workbookPr date1904="1"/>' })).values,
    ).toEqual(["1904-01-01", "1904-01-02"]);
  });

  test("days the spreadsheet cannot show reject their row", async () => {
    const { values, rejected } = await numbers("m/d/yyyy", ["-1", "2958466"]);
    expect(values).toEqual([]);
    expect(rejected).toHaveLength(2);
  });
});

describe("workbooks", () => {
  test("a sheet by its name; a wrong name says which is near", async () => {
    const book = workbook({
      sheets: {
        First: row(1, text("A1", "x")),
        Transcript: row(1, text("A1", "a")) + row(2, text("A2", "1")),
      },
    });
    expect((await readBook(book, xlsx(["a"], { sheet: "Transcript" }))).rows).toEqual([["1"]]);
    await expect(readBook(book, xlsx(["a"], { sheet: "Transcripts" }))).rejects.toMatchObject({
      code: "source-malformed",
      remedy: expect.stringContaining("Transcript") as string,
    });
  });

  test("headers are mapped as those of CSV files are", async () => {
    const book = workbook({ sheets: { S: row(1, text("A1", "User ID"), text("B1", "grade")) } });
    await expect(readBook(book, xlsx(["user", "gradee"]))).rejects.toMatchObject({
      code: "source-malformed",
    });
    const read = await readBook(
      book,
      xlsx(["user", "grade", "note"], { headers: { user: ["userid"] }, optional: ["note"] }),
    );
    expect(read.rows).toEqual([]);
  });

  test("a csv extract beside it in the same folder", async () => {
    const folder = folderWith({
      "people.xlsx": workbook({ sheets: { S: row(1, text("A1", "a")) + row(2, number("A2", "7")) } }),
      "people.csv": "a\n7\n",
    });
    const extractor = await openFolder(folder, "xlsx");
    const csv = { ...extractOf(["a"], { medium: "csv" }), name: "other" };
    expect((await readAll(extractor, csv)).rows).toEqual([["7"]]);
    expect(
      await extractor.query("SELECT p.a FROM people p JOIN other o ON o.a = p.a", [xlsx(["a"]), csv]),
    ).toEqual([{ a: "7" }]);
  });

  test("what another library writes is read as it was", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cutover-test-"));
    // write-excel-file finds shared texts in an object, and mistakes `toString` for one that is there.
    const cell = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((value) => !(value in {}) && value.trim() === value && !/[\p{Cc}\uFFFE\uFFFF]/u.test(value));
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(cell, fc.integer(), cell), { minLength: 1, maxLength: 20 }),
          async (data) => {
            const path = join(folder, "x.xlsx");
            await writeXlsxFile([
              ["a", "b", "c"].map((value) => ({ value, type: String })),
              ...data.map(([a, b, c]) => [
                { value: a, type: String },
                { value: b, type: Number },
                { value: c, type: String },
              ]),
            ]).toFile(path);
            const { rows } = await readBook(readFileSync(path), xlsx(["a", "b", "c"]));
            expect(rows).toEqual(data.map(([a, b, c]) => [a, String(b), c]));
          },
        ),
        { numRuns: 15 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("many shared texts and rows", async () => {
    const count = 20_000;
    const strings = Array.from({ length: count }, (_, i) => `<si><t>text ${i}</t></si>`).join("");
    const rows = Array.from({ length: count }, (_, i) =>
      row(i + 2, `<c r="A${i + 2}" t="s"><v>${i}</v></c>`),
    ).join("");
    const book = workbook({ sheets: { S: row(1, text("A1", "a")) + rows }, strings });
    const read = await readBook(book, xlsx(["a"]));
    expect(read.rows).toHaveLength(count);
    expect(read.rows.at(-1)).toEqual([`text ${count - 1}`]);
  });
});
