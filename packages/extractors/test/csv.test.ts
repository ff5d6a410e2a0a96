import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { extractOf, folderWith, openFolder, readAll, readCsv } from "./files.js";

const ab = ["a", "b"];

describe("values and records", () => {
  test("quotes, doubled quotes, delimiters and line breaks inside quotes", async () => {
    const { rows, at, count } = await readCsv('a,b\r\n"x ""y"", z","one\r\ntwo"\r\n3,4\r\n', ab);
    expect(rows).toEqual([
      ['x "y", z', "one\r\ntwo"],
      ["3", "4"],
    ]);
    expect(at).toEqual([2, 4]);
    expect(count).toBe(2);
  });

  test.each([
    ["LF", "a,b\n1,2\n3,4\n"],
    ["CRLF", "a,b\r\n1,2\r\n3,4\r\n"],
    ["CR", "a,b\r1,2\r3,4"],
    ["LF then CRLF", "a,b\n1,2\r\n3,4"],
    ["blank lines between", "a,b\n\n1,2\n\n3,4\n\n\n"],
  ])("line ends: %s", async (_, content) => {
    const { rows, count } = await readCsv(content, ab);
    expect(rows).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(count).toBe(2);
  });

  test("a lone CR in a file of LF lines is part of a value", async () => {
    const { rows, at, count } = await readCsv("a,b\n1,x\ry\n2,z\n", ab);
    expect(rows).toEqual([
      ["1", "x\ry"],
      ["2", "z"],
    ]);
    expect([at, count]).toEqual([[2, 3], 2]);
  });

  test.each([",", "\t", "|", ";"])("finds out that the delimiter is %j", async (delimiter) => {
    const content = ["a", "b"].join(delimiter) + "\n" + ["x,y;z|w", "2"].map((v) => `"${v}"`).join(delimiter);
    expect((await readCsv(content, ab)).rows).toEqual([["x,y;z|w", "2"]]);
  });

  test("backslash escapes and NULL, as research exports have them", async () => {
    const content = "a\tb\n1\tNULL\n2\tone\\ntwo\\tthree\\\\\n\\N\tan \\\n end\n3\tN";
    const { rows, at, count } = await readCsv(content, ab, {
      escape: "backslash",
      nullText: "NULL",
      quote: "none",
    });
    expect(rows).toEqual([
      ["1", null],
      ["2", "one\ntwo\tthree\\"],
      [null, "an \n end"],
      ["3", "N"],
    ]);
    expect(at).toEqual([2, 3, 4, 6]);
    expect(count).toBe(4);
  });

  test("a quoted NULL is a text", async () => {
    expect((await readCsv('a,b\n"NULL",NULL\n', ab, { nullText: "NULL" })).rows).toEqual([["NULL", null]]);
  });

  test("an end-of-record mark lets values span lines", async () => {
    const content = "A|B|!##!\r\n1|one\r\ntwo|!##!\r\n2|x|!##!\r\n\r\n";
    const { rows, at, count } = await readCsv(content, ab, { recordEnd: "!##!", quote: "none" });
    expect(rows).toEqual([
      ["1", "one\r\ntwo"],
      ["2", "x"],
    ]);
    expect(at).toEqual([2, 4]);
    expect(count).toBe(2);
  });

  test("a last record without its mark is rejected: the export was cut off", async () => {
    const { rows, rejected, count } = await readCsv("A|B!##!\n1|2!##!\n3|4", ab, { recordEnd: "!##!" });
    expect(rows).toHaveLength(1);
    expect(rejected).toEqual([{ at: 3, code: "malformed-row", note: "the end-of-record mark is missing" }]);
    expect(count).toBe(2);
  });
});

describe("encodings", () => {
  const text = "a,b\nJosé,Ünal 東京 🎓\n";
  test.each([
    ["utf-8", Buffer.from(text)],
    ["utf-8", Buffer.from(`\uFEFF${text}`)],
    ["utf-16le", iconv.encode(text, "utf-16le", { addBOM: true })],
    ["utf-16be", iconv.encode(text, "utf-16be", { addBOM: true })],
    ["utf-16le", iconv.encode(text, "utf-16le")],
    ["utf-16be", iconv.encode(text, "utf-16be")],
  ])("%s, declared and found out", async (encoding, content) => {
    for (const options of [{ encoding }, { encoding: "auto" }, {}]) {
      const { rows, count } = await readCsv(content, ab, options);
      expect(rows).toEqual([["José", "Ünal 東京 🎓"]]);
      expect(count).toBe(1);
    }
  });

  test("Windows-1252, declared and found out", async () => {
    const content = iconv.encode("a,b\nJosé,“10 €”\n", "windows-1252");
    for (const options of [{ encoding: "windows-1252" }, {}]) {
      expect((await readCsv(content, ab, options)).rows).toEqual([["José", "“10 €”"]]);
    }
  });

  test("invalid bytes reject their row, with its line, and no other", async () => {
    const content = Buffer.concat([
      Buffer.from("a,b\nJosé,1\nMaïté,2\n"),
      Buffer.from([0xff, 0x2c, 0x33, 0x0a]),
      Buffer.from("Zoë,\uFFFD\n"),
    ]);
    for (const options of [{ encoding: "utf-8" }, {}]) {
      const { rows, rejected, count } = await readCsv(content, ab, options);
      expect(rows).toEqual([
        ["José", "1"],
        ["Maïté", "2"],
        ["Zoë", "\uFFFD"],
      ]);
      expect(rejected.map(({ at, code }) => [at, code])).toEqual([[4, "bad-encoding"]]);
      expect(count).toBe(4);
    }
  });

  test("a byte that Windows-1252 does not have, and half a UTF-16 character", async () => {
    const windows = Buffer.from([...Buffer.from("a,b\n1,"), 0x81, 0x0a]);
    expect((await readCsv(windows, ab, { encoding: "windows-1252" })).rejected[0]?.code).toBe("bad-encoding");
    const wide = Buffer.concat([iconv.encode("a,b\n1,2\n3,4", "utf-16le"), Buffer.from([0x41])]);
    const { rows, rejected } = await readCsv(wide, ab, { encoding: "utf-16le" });
    expect(rows).toEqual([["1", "2"]]);
    expect(rejected[0]?.code).toBe("bad-encoding");
  });

  test("a character cut in two between pieces of a large file", async () => {
    const line = `${"é".repeat(50)},東\n`;
    const { rows, rejected } = await readCsv(`a,b\n${line.repeat(9000)}`, ab);
    expect(rows).toHaveLength(9000);
    expect(new Set(rows.map((row) => row.join("|")))).toEqual(new Set([`${"é".repeat(50)}|東`]));
    expect(rejected).toEqual([]);
  });
});

describe("the header", () => {
  test("other names, other case, other spaces and another order", async () => {
    const { rows } = await readCsv("Completed On, USER  id\n2024,7\n", ["user_id", "done"], {
      headers: { user_id: ["User ID"], done: ["Completion Date", "completedon"] },
    });
    expect(rows).toEqual([["7", "2024"]]);
  });

  test("says all that does not fit at once, with the nearest name", async () => {
    const read = readCsv("username,gradee,a,A,\n", ["username", "grade", "a", "idnumber"]);
    await expect(read).rejects.toMatchObject({ code: "source-malformed", exitStatus: 2 });
    const { problems } = (await read.catch((error: unknown) => error)) as { problems: object[] };
    expect(problems).toEqual([
      {
        message: 'column "gradee" is not known',
        at: { file: "people.csv", line: 1 },
        remedy:
          "Is it grade? Then add it under `extracts: people: headers` of mappings/<system>/system.yaml in the migration folder.",
      },
      {
        message: "columns 3 and 4 are both a",
        at: { file: "people.csv", line: 1 },
        remedy: "Take one of them out.",
      },
      {
        message: "column grade is missing",
        at: { file: "people.csv", line: 1 },
        remedy:
          'Is it "gradee"? Then add it under `extracts: people: headers` of mappings/<system>/system.yaml in the migration folder.',
      },
      {
        message: "column idnumber is missing",
        at: { file: "people.csv", line: 1 },
        remedy: "Export the column too.",
      },
    ]);
  });

  test("optional columns read as null; unknown ones are passed over where that is declared", async () => {
    const { rows } = await readCsv("a,c\n1,2\n", ab, { optional: ["b"], unknown: "ignore" });
    expect(rows).toEqual([["1", null]]);
  });

  test("an empty file is an error, a header alone is not", async () => {
    await expect(readCsv("", ab)).rejects.toMatchObject({ code: "source-malformed" });
    await expect(readCsv("\n\n", ab)).rejects.toMatchObject({ code: "source-malformed" });
    expect(await readCsv("a,b\n", ab)).toEqual({ rows: [], at: [], rejected: [], count: 0 });
  });

  test("a file without a header", async () => {
    expect((await readCsv("1,2\n3,4\n", ab, { header: false })).rows).toHaveLength(2);
  });

  test("tells the columns a file really has", async () => {
    const extractor = await openFolder(folderWith({ "people.csv": "A,extra\n1,2\n" }));
    const columns = await extractor.columns(extractOf(ab));
    expect(columns.map(({ name }) => name)).toEqual(["a", "extra"]);
  });
});

describe("files", () => {
  test("several files are read in the order of their names, each by its own header", async () => {
    const folder = folderWith({ "p-2.csv": "b,a\n4,3\n", "p-10.csv": "a,b\n1,2\n", "q.csv": "x\n" });
    const extractor = await openFolder(folder);
    const extract = extractOf(ab, { file: "p-*.csv" });
    expect((await readAll(extractor, extract)).rows).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(await extractor.count(extract)).toBe(2);
  });

  test("numbers are counted on from one file to the next, and say which file they are of", async () => {
    const folder = folderWith({
      "p-1.csv": "a,b\n1,2\n3\n",
      "p-2.csv": "a,b\n",
      "p-3.csv": "a,b\n4,5\n\n6,7,8\n9,10\n",
    });
    const extractor = await openFolder(folder);
    const places: string[] = [];
    for await (const { file, at, rejected } of extractor.read(extractOf(ab, { file: "p-*.csv" }))) {
      const { name, before } = file!;
      for (const n of at) places.push(`${n}: ${name}:${n - before}`);
      for (const { at: n } of rejected) places.push(`${n}: ${name}:${n - before}, malformed`);
    }
    expect(places).toEqual([
      "2: p-1.csv:2",
      "3: p-1.csv:3, malformed",
      "5: p-3.csv:2",
      "8: p-3.csv:5",
      "7: p-3.csv:4, malformed",
    ]);
  });

  test("batches are as large as asked for", async () => {
    const extractor = await openFolder(folderWith({ "people.csv": `a,b\n${"1,2\n".repeat(25)}` }));
    const sizes: number[] = [];
    for await (const batch of extractor.read(extractOf(ab), { batchSize: 10 })) {
      sizes.push(batch.rows.length);
      expect(batch.file).toEqual({ name: "people.csv", before: 0 });
    }
    expect(sizes).toEqual([10, 10, 5]);
  });

  test("plain queries run over the files as text", async () => {
    const extractor = await openFolder(
      folderWith({ "people.csv": "a,b\n007,x\n8,\n", "more.csv": "a,c\n007,1\n" }),
    );
    const more = { ...extractOf(["a", "c"], { file: "more.csv" }), name: "more" };
    const rows = await extractor.query(
      'SELECT p.a, COUNT(*) AS "count", SUM(m.c) AS total FROM people p LEFT JOIN more m ON m.a = p.a GROUP BY p.a ORDER BY p.a',
      [extractOf(ab), more],
    );
    expect(rows).toEqual([
      { a: "007", count: 1, total: 1 },
      { a: "8", count: 1, total: null },
    ]);
    await expect(extractor.query("DELETE FROM people", [extractOf(ab)])).rejects.toMatchObject({
      code: "query-failed",
    });
    await expect(extractor.query("ATTACH 'x.db' AS x", [])).rejects.toMatchObject({ code: "query-failed" });
  });
});
