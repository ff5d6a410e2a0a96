import type { SourceValue } from "@cutover/model";
import { strToU8, zipSync } from "fflate";

const sheetml = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const opc = "http://schemas.openxmlformats.org/package/2006/relationships";
const document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

const escaped = (text: string): string =>
  text
    // A text that looks like an escape is one to spreadsheets, unless its `_` is escaped.
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll("\r", "_x000D_")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

const textCell = (text: string): string =>
  `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;

/** A cell of a number in its digits, in a style. */
export const numberCell = (digits: string, style = 0): string => `<c s="${style}"><v>${digits}</v></c>`;

/** A cell as spreadsheets keep a value: numbers and booleans have types of their own. */
export function cell(value: SourceValue): string {
  if (value === null) return "<c/>";
  if (typeof value === "boolean") return `<c t="b"><v>${value ? 1 : 0}</v></c>`;
  if (typeof value === "number" || typeof value === "bigint") return numberCell(String(value));
  return textCell(value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);
}

/** A workbook of one sheet with these rows of cells, and cell styles from 1 on of these number formats. */
export function workbook(rows: readonly (readonly string[])[], formats: readonly string[] = []): Uint8Array {
  const data = rows.map((cells) => `<row>${cells.join("")}</row>`).join("");
  const number = formats.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${escaped(code)}"/>`);
  const styles = formats.map((_, i) => `<xf numFmtId="${200 + i}"/>`);
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${document}/${type}" Target="${target}"/>`;
  const files = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": `<Relationships xmlns="${opc}">${relation("r", "officeDocument", "/xl/workbook.xml")}</Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${sheetml}" xmlns:r="${document}"><sheets><sheet name="S" sheetId="1" r:id="s"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${opc}">${relation("s", "worksheet", "sheet.xml")}${relation("y", "styles", "styles.xml")}</Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="${sheetml}"><numFmts>${number.join("")}</numFmts><cellXfs><xf numFmtId="0"/>${styles.join("")}</cellXfs></styleSheet>`,
    "xl/sheet.xml": `<worksheet xmlns="${sheetml}"><sheetData>${data}</sheetData></worksheet>`,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), {
    level: 1,
  });
}
