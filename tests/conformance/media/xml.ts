import type { Column } from "@cutover/model";
import { fileExtractor } from "../extractor/files.js";

const isElement = (name: string): boolean => /^[a-z][a-z0-9_]*$/i.test(name);
const elementOf = ({ name }: Column, i: number): string => (isElement(name) ? name : `f${i}`);

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");

export const xmlSource = fileExtractor({
  name: "xml",
  medium: "xml",
  options: (columns) => ({
    record: "rows/row",
    headers: Object.fromEntries(
      columns.flatMap((column, i) => (isElement(column.name) ? [] : [[column.name, [elementOf(column, i)]]])),
    ),
  }),
  waivers: [
    { behaviour: "natives", because: "XML without a schema has no types but text." },
    { behaviour: "bytes", because: "XML holds no bytes." },
    { behaviour: "json", because: "A column of JSON is given the element itself, as xml2js would have it." },
    {
      behaviour: "unknownColumns",
      because:
        "A record leaves out what it has no value for: a path that no record has is told by `check`, not by reading.",
    },
  ],
  reads: (value) => (value === null || value instanceof Uint8Array ? value : String(value)),
  write: (columns, rows) => {
    const records = rows.map((row) => {
      const members = columns.map((column, i) => {
        const value = row[i] ?? null;
        const element = elementOf(column, i);
        return value === null ? "" : `<${element}>${escaped(String(value as string | number))}</${element}>`;
      });
      return `<row>${members.join("")}</row>\n`;
    });
    return `<?xml version="1.0" encoding="UTF-8"?>\n<rows>\n${records.join("")}</rows>\n`;
  },
});
