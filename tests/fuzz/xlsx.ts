import type { ExtractSpec } from "@cutover/model";
import * as fc from "fast-check";
import { mutate, mutations, type Mutation } from "./support/mutate.js";
import { mustHold, readFile, type Read } from "./support/reading.js";
import { samples } from "./support/samples.js";
import { clearError, type Target } from "./support/target.js";
import { hostileTokens } from "./support/tokens.js";
import { workbookParts, zip } from "./support/workbook.js";

/** A cell as a program would write it. */
interface Made {
  readonly as: "inline" | "shared" | "formula" | "rich" | "integer" | "boolean" | "none";
  readonly text: string;
  readonly number: number;
}

/** Something small that unpacks to something large, or to much of it. */
interface Bomb {
  readonly part: "xl/sheet.xml" | "xl/strings.xml" | "xl/styles.xml" | "xl/workbook.xml";
  readonly unit: string;
  readonly times: number;
  /** Where in the part it is. */
  readonly within: string;
}

interface XlsxInput {
  readonly file: readonly (readonly Made[])[] | "archive";
  readonly sample: number;
  readonly bomb: Bomb | null;
  /** What happens to the XML of a part, before it is packed. */
  readonly inside: { readonly part: number; readonly mutations: readonly Mutation[] };
  /** What happens to the archive. */
  readonly outside: readonly Mutation[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly level: 0 | 6;
}

/** Archives that are no workbooks. */
const real = [...samples(".zip", 500_000), ...samples(".mbz")];

const xmlTokens = [
  "<row>",
  '<row r="1">',
  "</row>",
  '<c r="A2"><v>1</v></c>',
  '<c r="XFD2"/>',
  '<c r="ZZZ9"><v>1</v></c>',
  '<c t="s"><v> </v></c>',
  '<c t="s"><v>1e0</v></c>',
  '<c t="s"><v>-1</v></c>',
  '<c t="b"><v>true</v></c>',
  '<c t="e"><v>#N/A</v></c>',
  '<c t="x"><v>1</v></c>',
  '<c s="1"><v>60</v></c>',
  '<c s="1"><v>1e300</v></c>',
  '<c s="2"><v>-5</v></c>',
  "<f>1+1</f>",
  "<v></v>",
  "<v>7</v>",
  "<is><t>x</t></is>",
  "<rPh><t>x</t></rPh>",
  "<t>x</t>",
  "<a>",
  "</a>",
  "<?xml version='1.1'?>",
  "<!DOCTYPE x [<!ENTITY lol 'lol'>]>",
  "<!-- -- -->",
  ' r="A1"',
  ' t="s"',
  ' xmlns:x="y" x:r="1" __proto__="1"',
  "&#x110000;",
  "_xD800_",
  "_x0000_",
  "../../../etc/passwd",
  'TargetMode="External"',
];

const made: fc.Arbitrary<Made> = fc.record({
  as: fc.constantFrom("inline", "shared", "formula", "rich", "integer", "boolean", "none"),
  text: fc.oneof(fc.constantFrom(...hostileTokens), fc.string({ unit: "binary", maxLength: 6 })),
  number: fc.oneof(fc.integer(), fc.maxSafeInteger()),
});

const bomb: fc.Arbitrary<Bomb> = fc.record({
  part: fc.constantFrom("xl/sheet.xml", "xl/strings.xml", "xl/styles.xml", "xl/workbook.xml"),
  unit: fc.constantFrom(
    "<si/>",
    "<si><t>x</t></si>",
    "<t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t>",
    "<c><v>1</v></c>",
    "<c><f/></c>",
    "<row><c><v>1</v></c></row>",
    "<xf/>",
    '<numFmt numFmtId="9" formatCode="[[[["/>',
    '<sheet name="S" r:id="s"/>',
    " ",
    "x",
    "<a>",
    "&amp;",
    ' a="1"',
    "<!--x-->",
  ),
  times: fc.constantFrom(5000, 60_000, 400_000),
  within: fc.constantFrom(
    "",
    "<row>",
    "<row><c><v>",
    "<si>",
    "<cellXfs>",
    "<sheets>",
    "<a ",
    "<row><c><is><t>",
  ),
});

/** XML holds no control characters; workbooks write them by number, and so what looks like that. */
const encoded = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (char) => `_x${hex(char)}_`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, "0");

function cellXml({ as, text, number }: Made, place: string, strings: string[]): string {
  const xml = encoded(text);
  switch (as) {
    case "inline":
      return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${xml}</t></is></c>`;
    case "rich":
      return `<c r="${place}" t="inlineStr"><is><r><t>${xml}</t></r><r><t>!</t></r><rPh><t>no</t></rPh></is></c>`;
    case "shared":
      return `<c r="${place}" t="s"><v>${strings.push(`<si><t>${xml}</t></si>`) - 1}</v></c>`;
    case "formula":
      return `<c r="${place}" t="str"><f>1+1</f><v>${xml}</v></c>`;
    case "integer":
      return `<c r="${place}"><v>${number}</v></c>`;
    case "boolean":
      return `<c r="${place}" t="b"><v>${number % 2 === 0 ? 1 : 0}</v></c>`;
    case "none":
      return "";
  }
}

/** What has to be read of a cell. */
function expected({ as, text, number }: Made): string | null | undefined {
  const whole = text.toWellFormed();
  switch (as) {
    case "inline":
    case "formula":
      // A cell whose text is empty has none, or a formula without its value.
      return whole === "" ? undefined : whole;
    case "shared":
      return whole;
    case "rich":
      return `${whole}!`;
    case "integer":
      return Object.is(number, -0) ? "0" : String(number);
    case "boolean":
      return number % 2 === 0 ? "TRUE" : "FALSE";
    case "none":
      return null;
  }
}

function compare({ rows, rejected, count }: Read, cells: readonly (readonly Made[])[]): void {
  const filled = cells.map((row) => row.slice(0, 2)).filter((row) => row.some(({ as }) => as !== "none"));
  const told = filled.map((row) => [row[0], row[1]].map((one) => (one === undefined ? null : expected(one))));
  if (told.some((row) => row.includes(undefined))) return;
  mustHold(rejected.length === 0 && count === told.length, "rows are counted otherwise");
  mustHold(JSON.stringify(rows) === JSON.stringify(told), "cells are read otherwise");
}

/** Workbooks, down to their XML and up to their archive. */
export const xlsx: Target<XlsxInput> = {
  arbitrary: fc.record({
    file: fc.oneof(
      { arbitrary: fc.array(fc.array(made, { maxLength: 2 }), { maxLength: 6 }), weight: 12 },
      ...(real.length === 0 ? [] : [fc.constant("archive" as const)]),
    ),
    sample: fc.nat(Math.max(0, real.length - 1)),
    bomb: fc.oneof({ arbitrary: fc.constant(null), weight: 60 }, bomb),
    inside: fc.record({
      part: fc.oneof({ arbitrary: fc.constant(6), weight: 3 }, fc.nat(6)),
      mutations: fc.oneof(fc.constant([]), mutations(xmlTokens)),
    }),
    outside: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, mutations()),
    options: fc.oneof(
      { arbitrary: fc.constant({}), weight: 3 },
      fc.record(
        {
          header: fc.boolean(),
          unknown: fc.constantFrom("refuse", "ignore"),
          maxRecord: fc.constantFrom(1, 5, 100),
          sheet: fc.constantFrom("S", "s", "__proto__"),
        },
        { requiredKeys: [] },
      ),
    ),
    level: fc.constantFrom(0, 0, 6),
  }),
  async judge({ file, sample, bomb: explosive, inside, outside, options, level }) {
    const made = file === "archive" ? null : file;
    let content: Buffer;
    if (made === null) content = real[sample]!;
    else {
      const strings: string[] = [];
      const rows = made.map((cells, i) => {
        const xml = cells.map((cell, j) => cellXml(cell, `${"AB"[j]!}${i + 2}`, strings));
        return `<row r="${i + 2}">${xml.join("")}</row>`;
      });
      const header =
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>';
      const parts: Record<string, string | Uint8Array> = {
        ...workbookParts(header + rows.join(""), strings.join("")),
      };
      const name = Object.keys(parts)[inside.part]!;
      if (inside.mutations.length > 0) parts[name] = mutate(Buffer.from(parts[name]!), inside.mutations);
      if (explosive !== null) {
        const { part, unit, times, within } = explosive;
        const before = Buffer.from(parts[part]!);
        const place = Math.max(0, before.lastIndexOf("</", before.length - 20));
        const charge = Buffer.from(within + unit.repeat(times));
        parts[part] = Buffer.concat([before.subarray(0, place), charge, before.subarray(place)]);
      }
      content = zip(parts, explosive === null ? level : 6);
    }
    content = mutate(content, outside);
    const extract: ExtractSpec = {
      name: "people",
      key: ["a"],
      columns: ["a", "b"].map((name) => ({ name, type: "text", nullable: true })),
      options: { file: "people.xlsx", ...options },
    };
    let read: Read;
    try {
      read = await readFile("xlsx", "people.xlsx", content, extract);
    } catch (error) {
      return clearError(error);
    }
    const untouched = inside.mutations.length === 0 && outside.length === 0 && explosive === null;
    if (made !== null && untouched && Object.keys(options).length === 0) compare(read, made);
    return read.rejected.length > 0 ? "issues" : "records";
  },
};
