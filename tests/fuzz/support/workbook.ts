import { strToU8, zipSync, type Zippable } from "fflate";

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relation = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="${types}/${type}" Target="${target}"/>`;

/** The parts of a workbook of one sheet; a date is style 1, a duration style 2. */
export const workbookParts = (rows: string, strings: string): Readonly<Record<string, string>> => ({
  "[Content_Types].xml": "<Types/>",
  "_rels/.rels": `<Relationships xmlns="${relations}">${relation("r", "officeDocument", "/xl/workbook.xml")}</Relationships>`,
  "xl/workbook.xml": `<?xml version="1.0"?><workbook xmlns="${main}" xmlns:r="${types}"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${relations}">${relation("s", "worksheet", "sheet.xml")}${relation("t", "sharedStrings", "strings.xml")}${relation("y", "styles", "styles.xml")}</Relationships>`,
  "xl/strings.xml": `<sst xmlns="${main}">${strings}</sst>`,
  "xl/styles.xml": `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>`,
  "xl/sheet.xml": `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`,
});

/** A zip file of parts; stored, so that bytes of a part are bytes of the file. */
export const zip = (parts: Readonly<Record<string, string | Uint8Array>>, level: 0 | 6 = 0): Buffer => {
  const files: Zippable = {};
  for (const [name, part] of Object.entries(parts)) {
    files[name] = typeof part === "string" ? strToU8(part) : part;
  }
  return Buffer.from(zipSync(files, { level }));
};
