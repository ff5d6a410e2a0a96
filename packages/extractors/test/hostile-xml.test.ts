import { CutoverError } from "@cutover/model";
import * as fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder, readAll, type Everything } from "./files.js";

/** Reads one document and proves that `count` agrees with what was read. */
async function readXml(
  content: string | Uint8Array,
  headers: Readonly<Record<string, string>> = { id: "@id", text: "t" },
  options: Readonly<Record<string, unknown>> = {},
): Promise<Everything> {
  const extractor = await openFolder(folderWith({ "people.xml": content }), "xml");
  const lists = Object.fromEntries(Object.entries(headers).map(([name, path]) => [name, [path]]));
  const extract = extractOf(Object.keys(headers), {
    file: "people.xml",
    record: "a/r",
    headers: lists,
    ...options,
  });
  const read = await readAll(extractor, extract);
  expect(await extractor.count(extract)).toBe(read.rows.length + read.rejected.length);
  return read;
}

const failure = async (content: string | Uint8Array, options = {}): Promise<CutoverError> => {
  const error = await readXml(content, undefined, options).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: "source-malformed" });
  return error as CutoverError;
};

describe("documents that are refused", () => {
  const laughs = `<!DOCTYPE a [<!ENTITY l0 "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "&l${i};&l${i};">`).join("")}]>`;

  test.each<[string, string | Buffer, number, object?]>([
    ["a document type", "<!DOCTYPE a><a/>", 1],
    ["entities within entities", `<?xml version="1.0"?>\n${laughs}\n<a><r>&l30;</r></a>`, 2],
    ["a file as an entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><r>&x;</r></a>', 1],
    ["a document type of another place", '<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd"><a/>', 1],
    ["tags that do not match", "<a>\n<r><t></r></t></a>", 2],
    ["an entity that goes over tags", "<a>\n<r>&#</r><r>;</r></a>", 2],
    ["one that is named, and begins long before", `<a>&x${"y".repeat(300_000)}<r/>;</a>`, 1],
    ["a closing tag too many", "<a><r/></a>\n</a>", 2],
    ["two roots", "<a/>\n<a/>", 2],
    ["text behind the root", "<a/>\n\nx", 3],
    ["an ampersand", "<a>\n<r><t>x & y</t></r><r/></a>", 2],
    ["a < in a value", '<a>\n<r id="<"/></a>', 2],
    ["an attribute twice", '<a>\n\n<r id="1" id="2"/></a>', 3],
    ["an attribute without quotes", "<a><r id=1/></a>", 1],
    ["]]> in a text", "<a><r>]]></r></a>", 1],
    ["-- in a comment", "<a><!-- -- --></a>", 1],
    ["a declaration in the middle", "<a/>\n<?xml version='1.0'?>", 2],
    ["an empty file", "", 1],
    ["no XML", "id,name\n1,Anna\n", 3],
    ["UTF-16 read as UTF-8", iconv.encode("<a/>", "utf-16le"), 1, { encoding: "utf-8" }],
  ])("%s", async (_, content, line, options = {}) => {
    const { problems } = await failure(content, options);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      at: { file: "people.xml", line, column: expect.any(Number) as number },
      remedy: expect.any(String) as string,
    });
  });

  test("counting goes by the tags, and ends as clearly", async () => {
    const extract = { ...extractOf(["id"], { file: "people.xml", record: "a/r" }) };
    for (const content of ["< a/>", "<>", "</a></a>", "<a><r", "a", "<!", "<a><r/><", '<a x=">']) {
      const extractor = await openFolder(folderWith({ "people.xml": content }), "xml");
      expect(await extractor.count(extract)).toBeLessThan(2);
    }
  });

  test("what a document says is in no message", async () => {
    for (const content of [
      "<a><r>x <Learner's name</r></a>",
      "<a><Learner></r></a>",
      '<a Learner="" Learner=""/>',
    ]) {
      expect(JSON.stringify((await failure(content)).problems)).not.toContain("Learner");
    }
  });

  test("a file that was cut off, wherever", async () => {
    const whole = "<a b='1'><!-- c --><r id='1'><t>é&amp;<![CDATA[x]]></t></r><?p q?><r id='2'/></a>";
    for (let length = 0; length < whole.length; length++) await failure(whole.slice(0, length));
    expect((await failure(whole.slice(0, 40))).problems[0]?.message).toContain("ends");
    expect((await readXml(whole)).rows).toEqual([
      ["1", "é&x"],
      ["2", null],
    ]);
  });

  test("elements nested a million deep", async () => {
    for (const content of [`<a><r>${"<t>".repeat(1_000_000)}`, `<a>${"<b>".repeat(1_000_000)}`]) {
      expect((await failure(content)).problems[0]?.message).toContain("nested");
    }
  });

  test("attributes by the hundred, by the hundred thousand, and of a megabyte", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => ` a${i}=""`).join("");
    expect((await readXml(`<a><r${many(256)}/></a>`)).rows).toHaveLength(1);
    await failure(`<a><r${many(257)}/></a>`);
    await failure(`<a><r${many(300_000)}/></a>`);
    await failure(`<a><r id="${"x".repeat(1_500_000)}"/></a>`);
  });

  test("a text, a comment, a name or an entity of 30 MB", async () => {
    const long = "x".repeat(30_000_000);
    const documents = [
      `<a><r><t>${long}</t></r></a>`,
      `<a><!--${long}--></a>`,
      `<a><${long}/></a>`,
      `<a><r>&${long};</r></a>`,
      `<a><![CDATA[${long}`,
      `<a><?p ${long}`,
      `<!DOCTYPE ${long}`,
    ];
    for (const content of documents) {
      expect((await failure(content)).problems[0]?.message).toContain("longer");
    }
  });
});

describe("records that are rejected", () => {
  const around = (bad: string | Buffer) =>
    Buffer.concat([
      Buffer.from('<?xml version="1.0"?>\n<a>\n<r id="1"/>\n'),
      Buffer.from(bad),
      Buffer.from('\n<r id="3"><t>z</t></r>\n</a>'),
    ]);
  const invalid = Buffer.from([0xe9]);

  test.each<[string, string | Buffer, string]>([
    ["an entity nobody defines", "<r id='2'><t>&nbsp;</t></r>", "malformed-row"],
    ["an entity in the record's own attribute", "<r id='&eacute;'/>", "malformed-row"],
    ["a reference to a character that XML does not have", "<r><t>&#0;</t></r>", "malformed-row"],
    ["a reference beyond Unicode", "<r><t>&#x110000;</t></r>", "malformed-row"],
    ["a reference to half a character", "<r><t>&#xD800;</t></r>", "malformed-row"],
    ["a control character", "<r><t>x\u0001y</t></r>", "control-character"],
    ["a NUL", "<r><t>\0</t></r>", "control-character"],
    ["a control character in CDATA", "<r><t><![CDATA[\u000b]]></t></r>", "control-character"],
    ["a control character in its own attribute", "<r id='\u0002'><t>x</t></r>", "control-character"],
    ["U+FFFF", "<r><t>\uFFFF</t></r>", "control-character"],
    [
      "a byte that is no UTF-8",
      Buffer.concat([Buffer.from("<r><t>Andr"), invalid, Buffer.from("</t></r>")]),
      "bad-encoding",
    ],
    [
      "such a byte in its own attribute",
      Buffer.concat([Buffer.from("<r id='"), invalid, Buffer.from("'/>")]),
      "bad-encoding",
    ],
    ["an element where its text would be", "<r><t><_>x</_></t></r>", "malformed-row"],
    ["elements without number", `<r>${"<t/>".repeat(200_001)}</r>`, "malformed-row"],
    ["texts without number", `<r>${`<t>${"x".repeat(100_000)}</t>`.repeat(45)}</r>`, "malformed-row"],
    ["a text beyond the limit", `<r><t>${"x".repeat(5_000_000)}</t></r>`, "malformed-row"],
  ])("%s; the document goes on", async (_, bad, code) => {
    const read = await readXml(around(bad));
    expect(read.rows).toEqual([
      ["1", null],
      ["3", "z"],
    ]);
    expect(read.rejected).toMatchObject([{ at: 4, code }]);
  });

  test("half a character of UTF-16", async () => {
    for (const half of ["\uD83C", "\uDF93"]) {
      for (const encoding of ["utf-16le", "utf-16be"]) {
        const content = Buffer.from(`\uFEFF<a><r><t>${half}</t></r><r id='2'/></a>`, "utf16le");
        const read = await readXml(encoding === "utf-16le" ? content : content.swap16());
        expect(read.rows).toEqual([["2", null]]);
        expect(read.rejected).toMatchObject([{ at: 1, code: "bad-encoding" }]);
      }
    }
  });

  test("what is not read may be damaged; what records need of the elements around may not", async () => {
    const content = Buffer.concat([
      Buffer.from("<a x='1'><!-- "),
      invalid,
      Buffer.from(" --><g k='"),
      invalid,
      Buffer.from("'>\u0001&nbsp;</g><r id='1'/></a>"),
    ]);
    expect((await readXml(content)).rows).toEqual([["1", null]]);
    await expect(readXml(content, { g: "../g" })).rejects.toMatchObject({ code: "source-malformed" });
    await expect(readXml("<a x='\u0001'><r/></a>", { x: "../@x" })).rejects.toMatchObject({
      code: "source-malformed",
    });
  });

  test("what records need of the elements around is bounded like a record", async () => {
    const groups = `<g>${"x".repeat(1000)}</g>`.repeat(5000);
    await expect(readXml(`<a>${groups}<r/></a>`, { g: "../g" })).rejects.toMatchObject({
      code: "source-malformed",
    });
    expect((await readXml(`<a>${groups}<r/></a>`, { g: "g" })).rows).toEqual([[null]]);
  });
});

describe("laws", () => {
  const piece = fc.constantFrom(
    "<a>",
    "</a>",
    "<r>",
    "</r>",
    "<r/>",
    "<t>",
    "</t>",
    "<r id='1'>",
    '<r id=">">',
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?p",
    "?>",
    "<?xml version='1.0'?>",
    "&amp;",
    "&x;",
    "&",
    "<",
    ">",
    "'",
    '"',
    " ",
    "\n",
    "x",
    "é",
    "🎓",
    "\0",
    "/",
    "=",
  );
  const codeOf = (error: unknown): string => (error instanceof CutoverError ? error.code : String(error));
  const whole = async (content: Uint8Array | string, options = {}) => {
    const read = await readXml(content, { id: "@id", t: "t", x: "../@x" }, options).catch(codeOf);
    return typeof read === "string" ? read : "read";
  };

  test("any markup: every record is read or rejected, and counted, or the document is refused", async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.boolean(), async (parts, inside) => {
        const content = inside ? `<a>${parts.join("")}</a>` : parts.join("");
        const outcome = await whole(content);
        if (outcome === "read") read++;
        expect(["read", "source-malformed"]).toContain(outcome);
      }),
      { numRuns: 600 },
    );
    expect(read).toBeGreaterThan(0);
  });

  const valid = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<a x="1"><!-- > <r> -->\n${'<r id="1&amp;"><t>é🎓</t><b c=">"/><![CDATA[<r>]]></r>\n<g/>'.repeat(5)}</a>`,
  );

  test("a good document with some bytes changed", async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255), fc.constantFrom("set", "cut", "add")), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.constantFrom("auto", "utf-8", "windows-1252", "utf-16le"),
        fc.constantFrom(60, 4_000_000),
        async (edits, encoding, maxRecord) => {
          let bytes = Buffer.from(valid);
          for (const [at, byte, edit] of edits) {
            const middle = edit === "cut" ? [] : [byte];
            const end = bytes.subarray(edit === "add" ? at : at + 1);
            bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), end]);
          }
          const outcome = await whole(bytes, { encoding, maxRecord });
          outcomes.add(outcome);
          expect(["read", "source-malformed"]).toContain(outcome);
        },
      ),
      { numRuns: 600 },
    );
    expect([...outcomes].toSorted()).toEqual(["read", "source-malformed"]);
  });

  test("however the file is cut into pieces", async () => {
    const record = (i: number) =>
      `<r id="${i}"\n  b='>'><t>${"é🎓".repeat(i % 97)}&lt;${"\n".repeat(i % 5)}</t><!-- ${"<r>".repeat(i % 31)} --><![CDATA[${"]".repeat(i % 3)}]]></r>\n`;
    const count = 6000;
    const text = `<a>\n${Array.from({ length: count }, (_, i) => record(i)).join("")}</a>`;
    for (const encoding of ["utf-8", "utf-16be"]) {
      const read = await readXml(iconv.encode(text, encoding, { addBOM: true }));
      expect(read.rows).toEqual(
        Array.from({ length: count }, (_, i) => [`${i}`, `${"é🎓".repeat(i % 97)}<${"\n".repeat(i % 5)}`]),
      );
      let line = 2;
      expect(read.at).toEqual(
        Array.from({ length: count }, (_, i) => {
          const at = line;
          line += record(i).split("\n").length - 1;
          return at;
        }),
      );
    }
  });
});
