import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLoader } from "@cutover/loaders";
import { RowRejected, type Column, type Loader, type TableSpec, type TargetValue } from "@cutover/model";
import iconv from "iconv-lite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let folder: string;
const loaders: Loader[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cutover-test-"));
});
afterEach(async () => {
  for (const loader of loaders.splice(0)) await loader.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Loader> {
  const loader = await createLoader({ medium: "csv", connection: { folder: "out" }, folder });
  loaders.push(loader);
  return loader;
}

const column = (name: string, more: Partial<Column> = {}): Column => ({
  name,
  type: "text",
  nullable: true,
  ...more,
});
const tableOf = (
  options: Record<string, unknown> = {},
  columns: readonly Column[] = standard,
): TableSpec => ({
  name: "completion",
  table: "completions",
  columns,
  dependents: [],
  options,
});
const standard = [
  column("user", { nullable: false }),
  column("course", { nullable: false }),
  column("date"),
  column("grade", { type: "integer" }),
];
const insert = (table: TableSpec, rows: readonly (readonly TargetValue[])[]) => ({
  inserts: [{ table, columns: table.columns.map(({ name }) => name), rows }],
  updates: [],
  deletes: [],
});
const none = { inserts: [], updates: [], deletes: [] };
const file = (name = "completions.csv") => readFileSync(join(folder, "out", name), "utf8");

async function written(
  options: Record<string, unknown>,
  rows: readonly (readonly TargetValue[])[],
  columns = standard,
) {
  const loader = await open();
  await loader.apply(insert(tableOf(options, columns), rows));
  await loader.close();
}

describe("what a file looks like", () => {
  test("columns as declared, blank ones too, and quotes where they are needed", async () => {
    await written({ headers: { user: ["User name"], grade: "Grade" } }, [
      ["anna", 'C "1", a', null, 57],
      ["bob", "two\r\nlines", "2024-02-29", 9007199254740993n],
    ]);
    expect(file()).toBe(
      'User name,course,date,Grade\nanna,"C ""1"", a",,57\nbob,"two\r\nlines",2024-02-29,9007199254740993\n',
    );
    expect(readdirSync(join(folder, "out"))).toEqual(["completions.csv"]);
    expect(statSync(join(folder, "out", "completions.csv")).mode & 0o777).toBe(0o600);
  });

  test("delimiter, marks, line ends and quoting", async () => {
    await written(
      { file: "pipe/hist.txt", delimiter: "pipe", recordEnd: "!##!", lineEnd: "crlf", quote: "none" },
      [["anna", "C1", null, 1]],
    );
    expect(file("pipe/hist.txt")).toBe("user|course|date|grade!##!\r\nanna|C1||1!##!\r\n");
    await written({ file: "q.csv", quoteAll: true, delimiter: "semicolon", header: false }, [
      ["a", "b", null, 1],
    ]);
    expect(file("q.csv")).toBe('"a";"b";"";"1"\n');
  });

  test.each(["utf-8", "utf-16le", "utf-16be", "windows-1252"])("encoding %s", async (encoding) => {
    await written({ encoding, bom: encoding === "utf-8" }, [["José", "10 €", null, null]]);
    const bytes = readFileSync(join(folder, "out", "completions.csv"));
    expect(iconv.decode(bytes, encoding)).toBe("user,course,date,grade\nJosé,10 €,,\n");
    const mark = { "utf-8": "efbbbf", "utf-16le": "fffe", "utf-16be": "feff" }[encoding] ?? "";
    expect(bytes.toString("hex").startsWith(mark)).toBe(true);
  });

  test("records are ordered as declared, numbers by their value", async () => {
    await written({ sort: ["course", "-grade"] }, [
      ["a", "C2", null, 1],
      ["b", "C1", null, 9],
      ["c", "C1", null, 10],
    ]);
    expect(file()).toBe("user,course,date,grade\nc,C1,,10\nb,C1,,9\na,C2,,1\n");
  });

  test("formulas are neutralized only where that is declared, and read back as they were", async () => {
    const rows = [["=cmd()", "+1", "-2", -5]];
    await written({}, rows);
    expect(file()).toContain("=cmd(),+1,-2,-5");
    rmSync(join(folder, "out"), { recursive: true });
    const loader = await open();
    const table = tableOf({ neutralize: true });
    await loader.apply(insert(table, rows));
    await loader.close();
    expect(file()).toContain("'=cmd(),'+1,'-2,-5");
    rmSync(join(folder, ".cutover"), { recursive: true });
    expect(await (await open()).find(table, ["user"], [["=cmd()"]], ["course", "date", "grade"])).toEqual([
      { course: "+1", date: "-2", grade: -5 },
    ]);
  });
});

describe("rows the file could not give back are refused, and the batch with them", () => {
  const good = ["a", "b", null, 1] as const;
  test.each<[string, Record<string, unknown>, readonly TargetValue[]]>([
    ["not-null", {}, [null, "b", null, 1]],
    ["encoding", { encoding: "windows-1252" }, ["東", "b", null, 1]],
    ["not-unicode", {}, ["\uD800", "b", null, 1]],
    ["needs-quotes", { quote: "none" }, ["a,b", "b", null, 1]],
    ["record-end", { recordEnd: "!##!" }, ["a!##!", "b", null, 1]],
    ["bytes", {}, [new Uint8Array(1), "b", null, 1]],
  ])("%s", async (code, options, bad) => {
    const loader = await open();
    const table = tableOf(options);
    await expect(loader.apply(insert(table, [good, bad]))).rejects.toMatchObject({
      name: "RowRejected",
      driverCode: code,
    });
    expect(await loader.find(table, ["user"], [["a"]], ["user"])).toEqual([]);
  });

  test("a text that is too long", async () => {
    const table = tableOf({}, [column("user", { maxLength: 2 })]);
    const loader = await open();
    await loader.apply(insert(table, [["🎓🎓"]]));
    await expect(loader.apply(insert(table, [["abc"]]))).rejects.toBeInstanceOf(RowRejected);
  });
});

describe("as a target", () => {
  const table = tableOf();

  test("rows are found, changed and removed; what is not there is refused", async () => {
    const loader = await open();
    await loader.apply(
      insert(table, [
        ["a", "C1", "", 1],
        ["b", "C1", null, 2],
      ]),
    );
    expect(
      await loader.find(
        table,
        ["user", "course"],
        [
          ["a", "C1"],
          ["x", "C1"],
        ],
        ["date", "grade", "user"],
      ),
    ).toEqual([{ date: null, grade: 1, user: "a" }]);
    await loader.apply({ ...none, updates: [{ table, where: { user: "a" }, set: { grade: 3, date: "x" } }] });
    await loader.apply({ ...none, deletes: [{ table, where: { user: "b", date: null } }] });
    await expect(
      loader.apply({
        inserts: insert(table, [["c", "C1", null, 1]]).inserts,
        updates: [],
        deletes: [{ table, where: { user: "nobody" } }],
      }),
    ).rejects.toBeInstanceOf(RowRejected);
    expect(await loader.query('SELECT "user", CAST(grade AS {bigint}) + 0 AS grade FROM completion')).toEqual(
      [{ user: "a", grade: 3 }],
    );
    await expect(loader.query("DELETE FROM completion")).rejects.toMatchObject({ code: "query-failed" });
    await loader.close();
    expect(file()).toBe("user,course,date,grade\na,C1,x,3\n");
  });

  test("a run that was killed goes on exactly where it was", async () => {
    // No close: what a killed process leaves behind.
    const killed = await createLoader({ medium: "csv", connection: { folder: "out" }, folder });
    await killed.apply(insert(table, [["a", "C1", null, 1]]));
    await expect(
      killed.apply(
        insert(table, [
          ["b", "C1", null, 1],
          [null, "C1", null, 1],
        ]),
      ),
    ).rejects.toBeDefined();
    const loader = await open();
    expect(await loader.find(table, ["course"], [["C1"]], ["user"])).toEqual([{ user: "a" }]);
    await loader.apply(insert(table, [["b", "C1", null, 1]]));
    await loader.close();
    expect(file()).toBe("user,course,date,grade\na,C1,,1\nb,C1,,1\n");
  });

  test("what a killed run had not published is published, whether it had replaced the file or not", async () => {
    const killed = await createLoader({ medium: "csv", connection: { folder: "out" }, folder });
    await killed.apply(insert(table, [["a", "C1", null, 1]]));
    const second = await createLoader({ medium: "csv", connection: { folder: "out" }, folder });
    await second.publish!([table]);
    expect(file()).toBe("user,course,date,grade\na,C1,,1\n");
    await second.apply(insert(table, [["b", "C1", null, 1]]));
    // The file as it is when the second is killed after it was replaced, and before that was noted.
    const text = "user,course,date,grade\na,C1,,1\nb,C1,,1\n";
    writeFileSync(join(folder, "out", "completions.csv"), text);
    const third = await open();
    expect(await third.find(table, ["course"], [["C1"]], ["user"])).toHaveLength(2);
    await third.publish!([table]);
    expect(file()).toBe(text);
  });

  test("a file that is there already is the target's state, and what people changed in it counts", async () => {
    await written({}, [["a", "C1", null, 1]]);
    writeFileSync(join(folder, "out", "completions.csv"), "grade,date,course,user\n7,,C1,a\n8,,C2,z\n");
    const loader = await open();
    expect(await loader.find(table, ["user"], [["a"], ["z"]], ["grade"])).toEqual([
      { grade: 7 },
      { grade: 8 },
    ]);
    await loader.apply({ ...none, deletes: [{ table, where: { user: "a" } }] });
    await loader.close();
    expect(file()).toBe("user,course,date,grade\nz,C2,,8\n");
  });

  test("a file changed while a load is unfinished stops the load", async () => {
    await written({}, [["a", "C1", null, 1]]);
    const loader = await createLoader({ medium: "csv", connection: { folder: "out" }, folder });
    await loader.apply(insert(table, [["b", "C1", null, 1]]));
    const path = join(folder, "out", "completions.csv");
    const before = readFileSync(path);
    writeFileSync(path, "user,course,date,grade\n");
    await expect(loader.close()).rejects.toMatchObject({ code: "target-schema" });
    const second = await open();
    await expect(second.find(table, ["user"], [["a"]], ["user"])).rejects.toMatchObject({
      code: "target-schema",
    });
    writeFileSync(path, before);
    expect(await second.find(table, ["user"], [["b"]], ["user"])).toHaveLength(1);
    await second.close();
    expect(file()).toContain("b,C1");
  });

  test("describes what is there; a file that will be made is as declared", async () => {
    const loader = await open();
    // What is not written stays empty, whatever default is declared.
    expect((await loader.describe([table])).get("completion")).toEqual(
      standard.map((declared) => ({ ...declared, default: declared.nullable ? null : "" })),
    );
    await written({}, [["a", "C1", null, 1]]);
    expect(await loader.tablesWithColumn("", ["user"])).toEqual([]);
    writeFileSync(join(folder, "out", "completions.csv"), "user,other\n");
    const described = await (await open()).describe([table]);
    expect(described.get("completion")?.map(({ name }) => name)).toEqual(["user", "other"]);
  });

  test("reserved ids are given once, also after a crash", async () => {
    const withId = { ...tableOf({}, [column("id", { type: "integer" }), column("x")]), id: "id" };
    const killed = await createLoader({ medium: "csv", connection: { folder: "out" }, folder });
    await killed.apply(insert(withId, [[41, "x"]]));
    expect(await killed.reserve(withId, 10)).toBe(42);
    expect(await (await open()).reserve(withId, 1)).toBe(52);
  });

  test("says all that is wrong with a table's options, and writes nowhere else", async () => {
    const loader = await open();
    const wrong = tableOf({ file: "../x.csv", sort: ["usr"], delimeter: "tab" });
    await expect(loader.apply(insert(wrong, []))).rejects.toMatchObject({ code: "mapping-invalid" });
    const { problems } = (await loader.apply(insert(wrong, [])).catch((e: unknown) => e)) as {
      problems: unknown[];
    };
    expect(problems).toHaveLength(3);
    await written({}, [["a", "C1", null, 1]]);
    symlinkSync("/etc/passwd", join(folder, "out", "link.csv"));
    await expect(loader.apply(insert({ ...tableOf(), table: "link" }, []))).rejects.toBeDefined();
  });
});
