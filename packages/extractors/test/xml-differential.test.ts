import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ExtractSpec } from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStringPromise } from "xml2js";
import { extractOf, folderWith, openFolder, readAll } from "./files.js";

/** Every record of a file, whole. */
async function recordsOf(folder: string, file: string, record: string) {
  const extractor = await openFolder(folder, "xml");
  const extract: ExtractSpec = {
    ...extractOf(["all"], { file, record, headers: { all: ["."] } }),
    columns: [{ name: "all", type: "json", nullable: true }],
  };
  const { rows, rejected } = await readAll(extractor, extract);
  expect(rejected).toEqual([]);
  expect(await extractor.count(extract)).toBe(rows.length);
  return rows.map(([all]) => String(all));
}

/** The same by xml2js, which has the whole document in memory; as JSON, so that the order is compared too. */
function selected(document: unknown, [name, ...below]: readonly string[]): readonly string[] {
  const list = (document as Readonly<Record<string, unknown>>)[name!];
  const found: readonly unknown[] = Array.isArray(list) ? list : list === undefined ? [] : [list];
  return below.length === 0
    ? found.map((one) => JSON.stringify(one))
    : found.flatMap((one) => (typeof one === "object" ? selected(one, below) : []));
}

const by2js = async (text: string, record: string): Promise<readonly string[]> =>
  selected(await parseStringPromise(text), record.split("/"));

/** Where XML says otherwise than xml2js: it makes one character of a line's end, and in attributes a blank. */
const blanks = (value: string): string => value.replaceAll(/[\n\t]/g, " ");
const lineEnds = (text: string): string => text.replaceAll(/\r\n?/g, "\n");

describe("generated documents", () => {
  // xml2js mistakes `constructor` and `__proto__` for what every object has; tests of our own have them.
  const name = fc.constantFrom("r", "a", "b", "n:c", "été", "x-1", "x.y");
  const raw = fc.oneof(
    fc.constantFrom(" ", "\n  ", "\r\n", "x", "é", "東", "🎓", "\u00a0", ">", '"', "--", "\u2028"),
    fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[<&\]\p{C}]/gu, "")),
  );
  const reference = fc.constantFrom(
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&apos;",
    "&#65;",
    "&#x1F393;",
    "&#10;",
  );
  const piece = fc.oneof(
    raw,
    reference,
    raw.map((text) => `<![CDATA[]${text}<&amp;]]]>`),
    fc.constantFrom("<!-- > a - <r> -->", "<?pi <r ?>", "<![CDATA[ ]]>", "<![CDATA[]]>"),
  );
  const value = fc
    .array(fc.oneof(raw, reference), { maxLength: 3 })
    .map((parts) => parts.join("").replaceAll(/["\r\n\t]/g, ""));
  const attributes = fc
    .uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 3 })
    .map((list) => list.map(([key, text]) => ` ${key}="${text}"`).join("\n"));
  const elementOf = (names: fc.Arbitrary<string>, inside: fc.Arbitrary<string>) =>
    fc
      .tuple(names, attributes, inside, fc.boolean())
      .map(([tag, list, content, short]) =>
        content === "" && short ? `<${tag}${list}/>` : `<${tag}${list}>${content}</${tag} >`,
      );
  const { content } = fc.letrec<{ element: string; content: string }>((tie) => ({
    element: elementOf(name, tie("content")),
    content: fc
      .array(fc.oneof({ depthSize: "small" }, piece, piece, tie("element")), { maxLength: 5 })
      .map((parts) => parts.join("")),
  }));
  const document = fc
    .tuple(
      attributes,
      fc.array(fc.oneof(elementOf(fc.constantFrom("r", "a"), content), piece), { maxLength: 8 }),
    )
    .map(([list, parts]) => `<?xml version="1.0"?>\n<!-- c --><r${list}>${parts.join("\n")}</r>\n`);

  test.each(["r", "r/r", "r/a"])("the records at %s are those of xml2js", async (record) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(document, async (text) => {
        const expected = await by2js(lineEnds(text), record);
        const records = await recordsOf(folderWith({ "x.xml": text }), "x.xml", record);
        compared += expected.length;
        expect(records).toEqual(expected);
      }),
      { numRuns: 250 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});

/** Documents that other people's systems wrote; they lie beside the repository and are no part of it. */
const samples = resolve(import.meta.dirname, "../../../../shared/samples");
const present = existsSync(samples);

test("the samples are there, or their absence is allowed in so many words", () => {
  if (!present)
    process.stderr.write(`NOT TESTED: real documents are read from ${samples}, which is not there.\n`);
  const required = process.env["CI"] !== undefined && process.env["CUTOVER_WITHOUT_SAMPLES"] === undefined;
  expect(present || !required, "set CUTOVER_WITHOUT_SAMPLES=1 to run without the samples").toBe(true);
});

describe.skipIf(!present)("real documents", () => {
  const files = present
    ? readdirSync(samples, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".xml"))
    : [];

  test.each(files)("%s", async (file) => {
    const text = readFileSync(join(samples, file), "utf8");
    const folder = join(samples, dirname(file));
    const tree: unknown = await parseStringPromise(lineEnds(text), { attrValueProcessors: [blanks] }).catch(
      () => null,
    );
    if (tree === null || text.includes("<!DOCTYPE")) {
      await expect(recordsOf(folder, basename(file), "*")).rejects.toMatchObject({
        code: "source-malformed",
      });
      return;
    }
    const root = Object.keys(tree as object)[0]!;
    const below = Object.keys((tree as Record<string, object>)[root]!).filter((name) => !/^[$_]$/.test(name));
    for (const record of [root, ...below.map((name) => `${root}/${name}`)]) {
      expect(await recordsOf(folder, basename(file), record)).toEqual(selected(tree, record.split("/")));
    }
  });
});
