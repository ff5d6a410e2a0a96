import type { ExtractSpec } from "@cutover/model";
import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder, readAll } from "./files.js";

type Options = Readonly<Record<string, unknown>>;

const ims = `<?xml version="1.0" encoding="UTF-8"?>
<!-- as a campus system writes it -->
<enterprise>
  <properties lang="en"><datasource>Campus</datasource></properties>
  <person recstatus="1">
    <sourcedid><source>SIS</source><id>E1</id></sourcedid>
    <userid password="x">anna</userid>
    <name><fn>Anna Ó</fn><n><family>Ó &amp; Söhne</family><given>Anna</given></n></name>
    <tel teltype="1">1</tel><tel teltype="2">2</tel>
  </person>
  <group><sourcedid><id>C1</id></sourcedid></group>
  <membership>
    <sourcedid><source>SIS</source><id>C1</id></sourcedid>
    <member><sourcedid><id>E1</id></sourcedid><role roletype="01"><status>1</status></role></member>
    <member
      ><sourcedid><id>E2</id></sourcedid></member>
  </membership>
  <person/>
</enterprise>
`;

async function readXml(
  content: string | Uint8Array,
  record: string,
  headers: Readonly<Record<string, string | readonly string[]>>,
  options: Options = {},
  json: readonly string[] = [],
) {
  const extractor = await openFolder(folderWith({ "people.xml": content }), "xml");
  const columns = Object.keys(headers);
  const lists = Object.fromEntries(Object.entries(headers).map(([name, path]) => [name, [path].flat()]));
  const text = extractOf(columns, { file: "people.xml", record, headers: lists, ...options });
  const extract: ExtractSpec = {
    ...text,
    columns: text.columns.map((column) =>
      json.includes(column.name) ? { ...column, type: "json" } : column,
    ),
  };
  const read = await readAll(extractor, extract);
  expect(await extractor.count(extract)).toBe(read.rows.length + read.rejected.length);
  return { ...read, extractor, extract };
}

describe("records of XML", () => {
  test("elements, attributes and texts by path; positions are the lines records begin on", async () => {
    const { rows, at } = await readXml(ims, "enterprise/person", {
      id: "sourcedid/id",
      family: "name/n/family",
      status: "@recstatus",
      same: "$/recstatus",
      login: "userid",
      text: "userid/_",
      password: "userid/@password",
      none: "name/nick",
      first: ["name/nick", "name/fn"],
    });
    expect(rows).toEqual([
      ["E1", "Ó & Söhne", "1", "1", "anna", "anna", "x", null, "Anna Ó"],
      [null, null, null, null, null, null, null, null, null],
    ]);
    expect(at).toEqual([5, 18]);
  });

  test("several elements are a list, those with others inside JSON, a column of JSON is always so", async () => {
    const { rows } = await readXml(
      ims,
      "enterprise/person",
      {
        tel: "tel",
        types: "tel/@teltype",
        n: "name/n",
        tels: "tel",
        login: "userid",
        all: ".",
        attributes: "$",
        status: "@recstatus",
      },
      {},
      ["tels", "login", "all", "attributes", "status"],
    );
    const person = {
      $: { recstatus: "1" },
      sourcedid: [{ source: ["SIS"], id: ["E1"] }],
      userid: [{ _: "anna", $: { password: "x" } }],
      name: [{ fn: ["Anna Ó"], n: [{ family: ["Ó & Söhne"], given: ["Anna"] }] }],
      tel: [
        { _: "1", $: { teltype: "1" } },
        { _: "2", $: { teltype: "2" } },
      ],
    };
    expect(rows[0]!.map((value) => JSON.parse(String(value)) as unknown)).toEqual([
      person.tel,
      ["1", "2"],
      person.name[0]!.n[0],
      person.tel,
      person.userid,
      person,
      person.$,
      "1",
    ]);
    expect(rows[1]).toEqual([null, null, null, null, null, '""', null, null]);
  });

  test("what stands before a record in the elements around it", async () => {
    const { rows, at } = await readXml(ims, "enterprise/membership/member", {
      course: "../sourcedid/id",
      user: "sourcedid/id",
      source: "../../properties/datasource",
      language: "../../properties/@lang",
    });
    expect(rows).toEqual([
      ["C1", "E1", "Campus", "en"],
      ["C1", "E2", "Campus", "en"],
    ]);
    expect(at).toEqual([14, 15]);
  });

  test("what stands behind a record cannot be had, and is not left out in silence", async () => {
    const content = "<a><b><r/><id>1</id></b></a>";
    await expect(readXml(content, "a/b/r", { id: "../id" })).rejects.toMatchObject({
      code: "source-malformed",
      problems: [{ at: { file: "people.xml", line: 1 } }],
    });
    expect((await readXml(content, "a/b/r", { x: "../@x" })).rows).toEqual([[null]]);
  });

  test("a * in the record's path is any element", async () => {
    const { rows } = await readXml("<a><b x='1'/><c x='2'/><d><b x='3'/></d></a>", "*/*", { x: "@x" });
    expect(rows).toEqual([["1"], ["2"], [null]]);
  });

  test("blanks between elements are layout, blanks in a text are the text's", async () => {
    const { rows } = await readXml(
      "<a><r><t>  </t><t x='1'> \n </t><t> a\r\nb <b/>\n c</t><t><![CDATA[ <&]] ]]>x</t><t><!-- n -->y</t></r></a>",
      "a/r",
      { t: "t" },
    );
    expect(JSON.parse(String(rows[0]![0]))).toEqual([
      "  ",
      { $: { x: "1" } },
      { _: " a\nb \n c", b: [""] },
      " <&]] x",
      "y",
    ]);
  });

  test("the five entities, characters by number, attributes with line ends", async () => {
    const { rows } = await readXml(
      "<a><r x='a\n\tb&#10;&quot;'>&lt;&gt;&amp;&apos;&quot;&#x1F393;&#233;</r></a>",
      "a/r",
      { text: "_", x: "@x" },
    );
    expect(rows).toEqual([["<>&'\"🎓é", 'a  b\n"']]);
  });

  test("names that JavaScript has plans for are names", async () => {
    const content = "<a><r __proto__='1'><constructor>2</constructor><__proto__><x>3</x></__proto__></r></a>";
    const { rows } = await readXml(content, "a/r", {
      all: ".",
      a: "@__proto__",
      b: "constructor",
      c: "toString",
      d: "@valueOf",
      e: "__proto__/x",
    });
    expect(rows).toEqual([
      ['{"$":{"__proto__":"1"},"constructor":["2"],"__proto__":[{"x":["3"]}]}', "1", "2", null, null, "3"],
    ]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("namespaces", () => {
  const content = `<l:root xmlns:l="urn:lis/1" xmlns="urn:none" a="0">
    <l:person xmlns:x="urn:x" x:k="1" k="2"><l:id>E1</l:id><x:id>7</x:id><id>8</id><y:id xmlns:y="urn:lis/1">E1b</y:id></l:person>
    <person xmlns="urn:lis/1"><id>E2</id></person>
    <person><id>no</id></person>
  </l:root>`;

  test("without any asked for, names are as the file writes them", async () => {
    const { rows } = await readXml(content, "l:root/l:person", { id: "l:id", x: "x:id", k: "@x:k" });
    expect(rows).toEqual([["E1", "7", "1"]]);
  });

  test("by declared prefixes, whatever the file's are", async () => {
    const { rows } = await readXml(
      content,
      "p:root/p:person",
      { ids: "p:id", x: "{urn:x}id", own: "id", other: "{urn:none}id", k: "@k", xk: "@{urn:x}k" },
      { namespaces: { p: "urn:lis/1" } },
    );
    expect(rows).toEqual([
      ['["E1","E1b"]', "7", null, "8", "2", "1"],
      ["E2", null, null, null, null, null],
    ]);
  });

  test("a namespace without a prefix, and one by its name", async () => {
    const paths = { ids: "id", all: "." };
    const { rows } = await readXml(content, "root/person", paths, { namespaces: { "": "urn:lis/1" } });
    expect(rows.map(([ids]) => ids)).toEqual(['["E1","E1b"]', "E2"]);
    expect(JSON.parse(String(rows[0]![1]))).toEqual({
      $: { k: "2", "{urn:x}k": "1" },
      id: ["E1", "E1b"],
      "{urn:x}id": ["7"],
      "{urn:none}id": ["8"],
    });
    const named = await readXml(content, "{urn:lis/1}root/{urn:lis/1}person", { id: "{urn:lis/1}id" });
    expect(named.rows.map(([id]) => id)).toEqual(['["E1","E1b"]', "E2"]);
    const other = await readXml(content, "{urn:lis/1}root/{urn:none}person", { id: "{urn:none}id" });
    expect(other.rows).toEqual([["no"]]);
  });

  test("a prefix that stands for nothing ends the reading where namespaces count", async () => {
    const wrong = "<a><b:r/></a>";
    expect((await readXml(wrong, "a/b:r", { x: "@x" })).rows).toEqual([[null]]);
    await expect(readXml(wrong, "a/b:r", { x: "@x" }, { namespaces: { b: "urn:b" } })).rejects.toMatchObject({
      code: "source-malformed",
    });
  });
});

describe("encodings", () => {
  const body = "<a><r>Ångström 東</r></a>";
  const latin = "<a><r>Ångström €</r></a>";

  test.each([
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${body}`)],
    ["UTF-8 by declaration", Buffer.from(`<?xml version='1.0' encoding='utf-8'?>${body}`)],
    [
      "UTF-16 with a mark",
      iconv.encode(`<?xml version="1.0" encoding="UTF-16"?>${body}`, "utf-16le", { addBOM: true }),
    ],
    ["UTF-16BE with a mark", iconv.encode(body, "utf-16be", { addBOM: true })],
    ["UTF-16 without a mark", iconv.encode(`<?xml version="1.0" encoding="UTF-16LE"?>${body}`, "utf-16le")],
    ["UTF-16BE without a mark", iconv.encode(`<?xml version="1.0"?>${body}`, "utf-16be")],
  ])("%s", async (_, content) => {
    expect((await readXml(content, "a/r", { text: "_" })).rows).toEqual([["Ångström 東"]]);
  });

  test.each([
    [
      "declared",
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="Windows-1252"?>'),
        iconv.encode(latin, "cp1252"),
      ]),
      {},
    ],
    [
      "declared as Latin-1",
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>'),
        iconv.encode(latin, "cp1252"),
      ]),
      {},
    ],
    ["by the extract", iconv.encode(latin, "cp1252"), { encoding: "windows-1252" }],
  ])("Windows-1252, %s", async (_, content, options) => {
    expect((await readXml(content, "a/r", { text: "_" }, options)).rows).toEqual([["Ångström €"]]);
  });

  test("an encoding that is not known, or not what is there, is said", async () => {
    for (const encoding of ["KOI8-R", "UTF-16", "constructor"]) {
      const content = `<?xml version="1.0" encoding="${encoding}"?>${body}`;
      await expect(readXml(content, "a/r", { text: "_" })).rejects.toMatchObject({
        code: "source-malformed",
        problems: [
          { at: { file: "people.xml", line: 1 }, remedy: expect.stringContaining("UTF-8") as string },
        ],
      });
    }
  });
});

describe("what an extract declares", () => {
  test("the columns of a file: those that are declared, and paths nobody asked for", async () => {
    const { extractor, extract } = await readXml(ims, "enterprise/person", {
      id: "sourcedid/id",
      name: "name",
      nick: "name/nick",
    });
    const columns = (await extractor.columns(extract)).map(({ name }) => name);
    expect(columns).toEqual([
      "id",
      "name",
      "@recstatus",
      "sourcedid/source",
      "userid/@password",
      "userid",
      "tel/@teltype",
      "tel",
    ]);
  });

  test("all paths that say nothing, at once", async () => {
    const paths = {
      a: "/a",
      b: "a b",
      c: "p:x",
      d: "../..",
      e: "../../../x",
      f: "../person/x",
      g: "a/@",
    };
    const error = await readXml(ims, "e/{x}p/person", paths).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "mapping-invalid" });
    expect((error as { problems: unknown[] }).problems).toHaveLength(7);
  });

  test("an extract of XML names its record", async () => {
    const extractor = await openFolder(folderWith({ "people.xml": ims }), "xml");
    await expect(readAll(extractor, extractOf(["a"], { file: "people.xml" }))).rejects.toMatchObject({
      code: "mapping-invalid",
      problems: [{ message: "extract people: record is not the path of an element" }],
    });
  });

  test("a document of another kind is refused, one without records is empty", async () => {
    await expect(readXml("<a><b/></a>", "enterprise/person", { x: "@x" })).rejects.toMatchObject({
      code: "source-malformed",
    });
    expect((await readXml("<enterprise/>", "enterprise/person", { x: "@x" })).rows).toEqual([]);
  });
});
