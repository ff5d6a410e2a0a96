import { isUtf8 } from "node:buffer";
import type { ExtractSpec } from "@cutover/model";
import * as fc from "fast-check";
import { parseStringPromise } from "xml2js";
import { mutate, mutations, type Mutation } from "./support/mutate.js";
import { mustHold, readFile, type Read } from "./support/reading.js";
import { samples } from "./support/samples.js";
import { clearError, type Target } from "./support/target.js";
import { hostileTokens } from "./support/tokens.js";

interface XmlInput {
  /** A sample's number, or markup of our own. */
  readonly file: number | readonly string[];
  readonly record: string;
  readonly columns: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly encoding: "utf8" | "utf16le";
  readonly mutations: readonly Mutation[];
}

/** LIS requests, SCORM manifests, cmi5 courses. */
const real = samples(".xml");

const markup = [
  ..."<>&'\"/=!?-[];: \n\t",
  "<a>",
  "</a>",
  "<b>",
  "</b>",
  "<b/>",
  "<c x='1'>",
  "</c>",
  '<b y=">">',
  "<_>",
  "</_>",
  "<n:b xmlns:n='urn:n'>",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?p",
  "?>",
  "<?xml version='1.1'?>",
  "<?xml version='1.0' encoding='constructor'?>",
  "<!DOCTYPE a [",
  "<!ENTITY x '&x;&x;'>",
  "]>",
  "&amp;",
  "&x;",
  "&#0;",
  "&#x10FFFF;",
  "&#xD800;",
  "&#99999999999;",
  "__proto__",
  "constructor",
  "xmlns='urn:b'",
];

const ours = fc.array(fc.oneof(fc.constantFrom(...markup), fc.string({ unit: "binary", maxLength: 4 })), {
  maxLength: 25,
});

/** Records that are well-formed, whatever their texts say. */
const wellFormed = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        (text: string) => `<b x="1">${text}</b>`,
        (text: string) => `<b><c>${text}</c><c/></b>`,
        (text: string) => `<!--x--><n:b xmlns:n="urn:n">${text}</n:b>`,
        (text: string) => `<b><![CDATA[${text}]]></b>`,
      ),
      // eslint-disable-next-line no-control-regex
      fc
        .constantFrom(...hostileTokens)
        // eslint-disable-next-line no-control-regex
        .map((token) => token.replaceAll(/[<&>\u0000-\u001f\ud800-\udfff]/g, "")),
    ),
    { maxLength: 8 },
  )
  .map((records) => records.map(([write, text]) => write(text)));

/** The records of a whole document as xml2js has them; null where it refuses the document. */
async function by2js(text: string, [root, below]: readonly string[]): Promise<readonly string[] | null> {
  const tree = (await parseStringPromise(text).catch(() => null)) as Record<string, unknown> | null;
  if (tree === null || !Object.hasOwn(tree, root!)) return null;
  const inside = tree[root!] as Record<string, unknown> | string;
  const list = typeof inside === "object" && Object.hasOwn(inside, below!) ? inside[below!] : [];
  return (list as readonly unknown[]).map((one) => JSON.stringify(one));
}

/** Where xml2js is not to be believed: line ends, blanks in attributes, names that all objects have. */
const doubtful = /[\r\t]|="[^"]*\n|='[^']*\n|__|constructor|toString|valueOf|has|is|cdata|<_/;

async function compare({ rows, rejected }: Read, content: Buffer): Promise<void> {
  const text = content.toString("utf8");
  if (rejected.length > 0 || !isUtf8(content) || doubtful.test(text)) return;
  const expected = await by2js(text, ["a", "b"]);
  if (expected === null) return;
  mustHold(rows.length === expected.length, "xml2js has another number of records");
  mustHold(
    rows.every(([whole], i) => whole === expected[i]),
    "xml2js has another record",
  );
}

/** XML, an element a record. */
export const xml: Target<XmlInput> = {
  arbitrary: fc.record({
    file: fc.oneof(
      { arbitrary: ours, weight: 2 },
      { arbitrary: wellFormed, weight: 2 },
      ...(real.length === 0 ? [] : [fc.nat(real.length - 1)]),
    ),
    record: fc.constantFrom("a/b", "a/b", "*/*", "*", "manifest/resources/resource", "*/*/*"),
    columns: fc.constantFrom(
      ["."],
      ["@x", "_", "$", "c/@y"],
      ["b", "__proto__", "constructor/_", "../@x", "../c"],
      ["@identifier", "file/@href", "../../metadata/schema"],
    ),
    options: fc.oneof(
      fc.constant({}),
      fc.record(
        {
          encoding: fc.constantFrom("auto", "utf-8", "utf-16le", "windows-1252"),
          namespaces: fc.constantFrom({ "": "urn:b" }, { n: "urn:n" }),
          maxRecord: fc.constantFrom(1, 20, 5000),
        },
        { requiredKeys: [] },
      ),
    ),
    encoding: fc.oneof(
      { arbitrary: fc.constant("utf8" as const), weight: 5 },
      fc.constant("utf16le" as const),
    ),
    mutations: fc.oneof(fc.constant([]), mutations(markup)),
  }),
  async judge({ file, record, columns, options, encoding, mutations: all }) {
    const whole =
      typeof file === "number" ? real[file]! : Buffer.from(`<a x="1">${file.join("")}</a>`, encoding);
    const content = mutate(whole, all);
    const extract: ExtractSpec = {
      name: "elements",
      key: columns.slice(0, 1),
      columns: columns.map((name) => ({ name, type: name === "." ? "json" : "text", nullable: true })),
      options: { file: "elements.xml", record, ...options },
    };
    let read: Read;
    try {
      read = await readFile("xml", "elements.xml", content, extract);
    } catch (error) {
      return clearError(error);
    }
    if (record === "a/b" && columns[0] === "." && Object.keys(options).length === 0)
      await compare(read, content);
    return read.rejected.length > 0 ? "issues" : "records";
  },
};
