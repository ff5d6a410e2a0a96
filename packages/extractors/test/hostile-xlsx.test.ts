import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder, readAll } from "./files.js";
import { row, text, workbook } from "./workbooks.js";

const ab = ["a", "b"];

const readBook = async (content: Uint8Array) => {
  const extractor = await openFolder(folderWith({ "x.xlsx": content }), "xlsx");
  return readAll(extractor, extractOf(ab, { file: "x.xlsx" }));
};

describe("workbooks made to harm", () => {
  const header = row(1, text("A1", "a"), text("B1", "b"));

  test("a zip bomb is refused before it is unpacked", async () => {
    const sheet = Buffer.alloc(64 * 1024 * 1024, " ");
    const bomb = workbook({ sheets: { S: "" }, parts: { "xl/worksheets/sheet0.xml": sheet } });
    expect(bomb.length).toBeLessThan(200_000);
    await expect(readBook(bomb)).rejects.toMatchObject({
      code: "source-malformed",
      problems: [{ message: expect.stringContaining("zip bomb") as string }],
    });
  });

  test("a part larger than it says", async () => {
    const bytes = Buffer.from(workbook({ sheets: { S: header + row(2, text("A2", "x".repeat(50_000))) } }));
    // The sheet's entry in the central directory: its real size is made to look smaller.
    const name = bytes.lastIndexOf("xl/worksheets/sheet0.xml");
    bytes.writeUInt32LE(1000, name - 46 + 24);
    await expect(readBook(bytes)).rejects.toMatchObject({ code: "source-malformed" });
  });

  test.each<[string, string]>([
    ["entities", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'],
    ["depth", "<a>".repeat(200)],
    ["a tag that never ends", `<worksheet ${"x".repeat(9 * 1024 * 1024)}`],
    ["broken XML", "<worksheet><sheetData></worksheet>"],
    ["no UTF-8", "\u00FF\u00FE"],
  ])("XML with %s", async (_, xml) => {
    const bytes = Buffer.from(xml, xml.startsWith("\u00FF") ? "latin1" : "utf8");
    const book = workbook({ sheets: { S: "" }, parts: { "xl/worksheets/sheet0.xml": bytes } });
    await expect(readBook(book)).rejects.toMatchObject({ code: "source-malformed" });
  });

  test("a row with endless text, and cells at the edge of the sheet", async () => {
    const book = workbook({
      sheets: {
        S:
          header +
          row(2, text("A2", "x".repeat(5_000_000))) +
          row(3, text("XFD3", "x")) +
          row(4, text("A4", "ok")),
      },
    });
    const { rows, rejected } = await readBook(book);
    expect(rows).toEqual([["ok", null]]);
    expect(rejected.map(({ at }) => at)).toEqual([2, 3]);
  });

  test("cells that are twice in a row, or named as no sheet names them", async () => {
    const twice = row(2, text("A2", "x"), text("A2", "y"));
    const named = row(3, text("a3", "x"));
    const { rows, rejected } = await readBook(workbook({ sheets: { S: header + twice + named } }));
    expect(rows).toEqual([]);
    expect(rejected).toEqual([
      { at: 2, code: "malformed-row", note: "cell A2 is there twice" },
      { at: 3, code: "malformed-row", note: "a cell's name is none of a sheet" },
    ]);
  });

  test("cells that refer to no text, are neither true nor false, or of no type", async () => {
    const cell = (at: number, type: string, value: string) =>
      row(at, `<c r="A${at}" t="${type}"><v>${value}</v></c>`);
    const sheet = cell(2, "s", " ") + cell(3, "s", "1e0") + cell(4, "b", "yes") + cell(5, "x", "1");
    const right = cell(6, "b", "true") + cell(7, "b", "0") + cell(8, "s", "1");
    const book = workbook({
      sheets: { S: header + sheet + right },
      strings: "<si><t>x</t></si><si><t>y</t></si>",
    });
    const { rows, rejected } = await readBook(book);
    expect(rows.map(([a]) => a)).toEqual(["TRUE", "FALSE", "y"]);
    expect(rejected.map(({ at }) => at)).toEqual([2, 3, 4, 5]);
  });

  test("a row of endless cells, with names and without", async () => {
    const cells = "<c><v>1</v></c>".repeat(20_000);
    const { rows, rejected } = await readBook(
      workbook({ sheets: { S: header + row(2, cells) + row(3, text("A3", "ok")) } }),
    );
    expect(rows).toEqual([["ok", null]]);
    expect(rejected).toEqual([{ at: 2, code: "malformed-row", note: "the row has more than 16384 cells" }]);
  });

  test.each<[string, Record<string, string>]>([
    ["a row within a row", { "xl/worksheets/sheet0.xml": "<worksheet><row><c><row/></c></row></worksheet>" }],
    ["a cell within a cell", { "xl/worksheets/sheet0.xml": "<worksheet><row><c><c/></c></row></worksheet>" }],
    [
      "a header that is an error",
      { "xl/worksheets/sheet0.xml": '<worksheet><row><c t="e"><v>#N/A</v></c></row></worksheet>' },
    ],
    [
      "an endless shared text",
      { "xl/sharedStrings.xml": `<sst><si>${`<t>${"x".repeat(1000)}</t>`.repeat(9000)}</si></sst>` },
    ],
  ])("%s", async (_, parts) => {
    const book = workbook({ sheets: { S: "" }, parts });
    await expect(readBook(book)).rejects.toMatchObject({ code: "source-malformed" });
  });

  test("styles that would fill the memory", async () => {
    const styles = `<styleSheet><cellXfs>${'<xf numFmtId="0"/>'.repeat(2_000_000)}</cellXfs></styleSheet>`;
    const book = workbook({ sheets: { S: header }, parts: { "xl/styles.xml": styles } });
    await expect(readBook(book)).rejects.toMatchObject({ code: "source-malformed" });
  });

  test("a part whose own header is damaged", async () => {
    const bytes = Buffer.from(workbook({ sheets: { S: header } }));
    bytes.writeUInt32LE(0, bytes.indexOf("xl/worksheets/sheet0.xml") - 30);
    await expect(readBook(bytes)).rejects.toMatchObject({ code: "source-malformed" });
  });

  test("what is counted is what is read, phonetic hints and stray values left out", async () => {
    const odd =
      '<row r="2"><c r="A2" t="inlineStr"><is><rPh><t>x</t></rPh></is></c></row><row r="3"><v>1</v></row><v>2</v>';
    const extractor = await openFolder(
      folderWith({ "x.xlsx": workbook({ sheets: { S: header + odd } }) }),
      "xlsx",
    );
    const extract = extractOf(ab, { file: "x.xlsx" });
    expect((await readAll(extractor, extract)).rows).toEqual([]);
    expect(await extractor.count(extract)).toBe(0);
  });

  test("what is no workbook", async () => {
    for (const content of [Buffer.alloc(0), Buffer.from("PK\u0003\u0004"), Buffer.from("a,b\n1,2\n")]) {
      await expect(readBook(content)).rejects.toMatchObject({ code: "source-malformed" });
    }
    await expect(readBook(workbook({ sheets: {} }))).rejects.toMatchObject({ code: "source-malformed" });
    await expect(readBook(workbook({ sheets: { S: "" } }))).rejects.toMatchObject({
      code: "source-malformed",
    });
  });
});
