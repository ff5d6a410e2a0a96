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
      message: expect.stringContaining("zip bomb") as string,
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
