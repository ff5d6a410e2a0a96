import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExtractor } from "@cutover/extractors";
import {
  profileSource,
  type ColumnProfile,
  type ExtractProfile,
  type Profile,
  type ProfileOptions,
} from "@cutover/intake";
import { pageOf, type InboundMapping } from "@cutover/mapping";
import { emptyRecord, fieldNames, type CanonicalRecord, type ExtractSpec } from "@cutover/model";
import { stringify } from "csv-stringify/sync";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Table = readonly (readonly (string | number)[])[];

async function profileOf(
  tables: Readonly<Record<string, Table>>,
  options: ProfileOptions = {},
): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), "cutover-test-"));
  folders.push(folder);
  for (const [name, rows] of Object.entries(tables))
    writeFileSync(join(folder, `${name}.csv`), stringify(rows as string[][]));
  const extractor = await createExtractor({ medium: "csv", connection: { folder }, folder });
  try {
    return await profileSource(
      extractor,
      Object.entries(tables).map(([name, rows]) => extractOf(name, rows)),
      options,
    );
  } finally {
    await extractor.close();
  }
}

const extractOf = (name: string, rows: Table): ExtractSpec => ({
  name,
  key: [String(rows[0]![0])],
  columns: rows[0]!.map((column) => ({ name: String(column), type: "text", nullable: true })),
  options: { file: `${name}.csv` },
});

/** The profile of one column `name` with these values, beside a number. */
async function columnOf(name: string, values: readonly string[], extract = "data"): Promise<ColumnProfile> {
  const { extracts } = await profileOf({
    [extract]: [["id", name], ...values.map((value, i) => [i, value])],
  });
  return extracts[0]!.columns[1]!;
}

const codes = (column: ColumnProfile) =>
  Object.fromEntries(column.suspicious.map(({ code, count }) => [code, count]));
const fill = (count: number, value: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => value(i));

describe("a column", () => {
  test("nulls, blanks, lengths, distinct values and patterns", async () => {
    const column = await columnOf("code", ["A-1", "B-22", " ", "", "B-22"]);
    expect(column).toMatchObject({
      nulls: 0,
      blanks: 2,
      filled: 3,
      distinct: { count: 2, exact: true },
      length: { min: 3, max: 4 },
      patterns: [
        { pattern: "A-99", count: 2 },
        { pattern: "A-9", count: 1 },
      ],
    });
  });

  test("a code list gives its values, a personal column never does", async () => {
    const values = fill(30, (i) => (i % 3 === 0 ? "Completed" : "In Progress"));
    expect((await columnOf("status", values)).values).toEqual([
      { value: "In Progress", count: 20 },
      { value: "Completed", count: 10 },
    ]);
    expect((await columnOf("first_name", values)).values).toBeNull();
  });

  test("numbers", async () => {
    const column = await columnOf("score", ["5", "-2.5", "007", "100", ...fill(30, () => "50"), "abc"]);
    expect(column.numbers).toEqual({ count: 34, min: "-2.5", max: "100" });
    expect(codes(column)).toEqual({ "leading-zeros": 1, "mixed-values": 1 });
    expect(column.suspicious.find(({ code }) => code === "mixed-values")?.at).toEqual(["data.csv:36"]);
  });

  test("distinct values are estimated in bounded memory", async () => {
    const { count, exact } = (
      await columnOf(
        "x",
        fill(50_000, (i) => `value ${i}`),
      )
    ).distinct;
    expect(exact).toBe(false);
    expect(Math.abs(count - 50_000)).toBeLessThan(50_000 * 0.03);
  });

  test("suspicious texts", async () => {
    const column = await columnOf("title", [
      " outer",
      "JosÃ© MÃ¼ller",
      "<b>bold</b> &amp; more",
      "bell\u0007",
      "N/A",
      "Ärzte & Söhne < 5",
      "Safety",
      "safety ",
    ]);
    expect(codes(column)).toEqual({
      "outer-space": 2,
      mojibake: 1,
      markup: 1,
      "control-character": 1,
      "placeholder-text": 1,
      "case-variants": 1,
    });
  });

  test("values that may have been cut off, and a column without any", async () => {
    expect(codes(await columnOf("x", ["a", ...fill(5, (i) => `${i}${"x".repeat(254)}`)]))).toEqual({
      "cut-off": 5,
    });
    expect(codes(await columnOf("x", ["", "", " "]))).toEqual({ "empty-column": 3 });
  });
});

describe("dates", () => {
  test.each<[string, readonly string[], object, object]>([
    [
      "ISO",
      ["2020-01-31", "2024-02-29T10:00:00Z"],
      { order: null, first: "2020-01-31", last: "2024-02-29" },
      { "mixed-date-forms": 2 },
    ],
    [
      "month first",
      ["01/31/2020", "02/01/2021"],
      { order: "month first", first: "2020-01-31", last: "2021-02-01" },
      {},
    ],
    [
      "day first",
      ["31/01/2020", "01/02/2021"],
      { order: "day first", first: "2020-01-31", last: "2021-02-01" },
      {},
    ],
    ["unclear", ["01/02/2020", "03/04/2021"], { order: "unclear" }, { "unclear-date-order": 2 }],
    ["both", ["31/01/2020", "01/31/2020"], { order: "both" }, { "unclear-date-order": 2 }],
    [
      "dots",
      ["29.02.2024 10:15"],
      { order: null, first: "2024-02-29", forms: [{ form: "dd.MM.yyyy HH:mm", count: 1 }] },
      {},
    ],
    [
      "names",
      ["JAN-15-2020", "FEB-01-2021"],
      { first: "2020-01-15", last: "2021-02-01", forms: [{ form: "MMM-dd-yyyy", count: 2 }] },
      {},
    ],
    [
      "days that are none",
      ["2023-02-29", "31/04/2020", "2020-13-01", "2020-01-01"],
      { first: "2020-01-01", last: "2020-01-01" },
      { "impossible-date": 3, "mixed-date-forms": 4 },
    ],
    [
      "placeholders",
      ["1900-01-01", "9999-12-31", "0000-00-00", "2020-05-05"],
      { first: "2020-05-05", last: "2020-05-05" },
      { "placeholder-date": 3 },
    ],
    ["eight digits", ["20200131", "20211231"], { first: "2020-01-31", last: "2021-12-31" }, {}],
  ])("%s", async (_, values, dates, suspicious) => {
    const column = await columnOf("due", values);
    expect(column.dates).toMatchObject(dates);
    expect(codes(column)).toEqual(suspicious);
  });

  test("numbers are no dates; seconds since 1970 are where the name says so", async () => {
    expect((await columnOf("due", ["12345678", "20209999"])).dates).toBeNull();
    expect((await columnOf("timecreated", ["1700000000", "1600000000"])).dates).toMatchObject({
      forms: [{ form: "epoch seconds", count: 2 }],
      first: "2020-09-13",
      last: "2023-11-14",
    });
    expect((await columnOf("amount", ["1700000000", "1600000000"])).dates).toBeNull();
  });

  test("people's dates are told to the year", async () => {
    const column = await columnOf("date_of_birth", ["1980-05-06", "1990-07-08"]);
    expect(column.personal?.kind).toBe("birth date");
    expect([column.dates?.first, column.dates?.last]).toEqual(["1980", "1990"]);
  });
});

describe("personal data", () => {
  test.each<[string, string, string | undefined, string, readonly string[]]>([
    ["user_email", "x", undefined, "e-mail", ["name"]],
    ["contact", "anna@example.org", undefined, "e-mail", ["content"]],
    ["email", "anna@example.org", undefined, "e-mail", ["name", "content"]],
    ["mobilePhone", "x", undefined, "phone", ["name"]],
    ["field7", "+49 (30) 123456", undefined, "phone", ["content"]],
    ["field8", "123-45-6789", undefined, "national id", ["content"]],
    ["givenName", "x", undefined, "name", ["name"]],
    ["INST_NAME", "x", undefined, "name", ["name"]],
    ["name", "x", "users", "name", ["name"]],
    ["idnumber", "x", "users", "employee number", ["name"]],
    ["username", "x", undefined, "login", ["name"]],
    ["lastip", "10.0.0.1", undefined, "network address", ["name", "content"]],
    ["passwordHash", "x", undefined, "password", ["name"]],
    ["iban_no", "DE89 3704 0044 0532 0130 00", undefined, "bank account", ["name", "content"]],
  ])("%s with %s", async (name, value, extract, kind, by) => {
    expect((await columnOf(name, [value, value], extract)).personal).toEqual({ kind, by });
  });

  test.each(["name", "course_title", "status", "idnumber", "lastlogin", "lastlogin_date", "completion_time"])(
    "%s of a course is not",
    async (name) => {
      expect((await columnOf(name, ["Safety", "Fire"], "courses")).personal).toBeNull();
    },
  );

  test("nothing of a person's values is in the profile", async () => {
    const secret = fc.stringMatching(/^[b-df-hj-np-tv-z]{12}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(secret, { minLength: 1, maxLength: 5 }), async (values) => {
        const rows = values.flatMap((value) => fill(9, () => value));
        const profile = await profileOf({
          users: [
            ["username", "email", "lastname", "phone", "dob"],
            ...rows.map((value) => [value, `${value}@example.org`, value, "0301234567", "1980-05-06"]),
          ],
        });
        const text = JSON.stringify(profile);
        for (const value of [...values, "0301234567", "1980-05-06"]) expect(text).not.toContain(value);
      }),
      { numRuns: 20 },
    );
  });
});

const first = (profile: Profile): ExtractProfile => profile.extracts[0]!;

describe("an extract", () => {
  test("keys: duplicates, variants and missing ones, with their lines", async () => {
    const { key } = first(
      await profileOf({
        users: [["login"], ["Anna"], ["anna"], ["Anna"], ["bob"], [""], ["Anna"]].map((r) => [...r, "x"]),
      }),
    );
    expect(key).toEqual({
      columns: ["login"],
      duplicates: 2,
      duplicatesAt: ["users.csv:4", "users.csv:7"],
      variants: 2,
      missing: 1,
      missingAt: ["users.csv:6"],
    });
  });

  test("columns that are missing and columns that are more are findings, not errors", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cutover-test-"));
    folders.push(folder);
    writeFileSync(join(folder, "users.csv"), 'id,other\n1,x\n2\n"3,x\n4,"y"\n');
    const extractor = await createExtractor({ medium: "csv", connection: { folder }, folder });
    const profile = await profileSource(extractor, [extractOf("users", [["id", "name"]])], {
      now: new Date(0),
    });
    expect(profile).toMatchObject({ at: "1970-01-01T00:00:00.000Z", medium: "csv", snapshot: true });
    expect(first(profile)).toMatchObject({
      rows: 4,
      counted: 4,
      rejected: [{ code: "malformed-row", count: 2, at: ["users.csv:3", "users.csv:4"] }],
      missingColumns: ["name"],
      otherColumns: ["other"],
    });
    await extractor.close();
  });

  test("stops when it is asked to", async () => {
    const stopped = profileOf({ users: [["id"], ["1"]] }, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "interrupted" });
  });
});

const mapping = (
  name: string,
  entity: "user" | "completion",
  extract: string,
  told: (row: readonly string[]) => Partial<ReturnType<InboundMapping["map"]>>,
): InboundMapping => {
  const map: InboundMapping["map"] = (row) => ({
    key: null,
    excluded: null,
    record: null,
    issues: [],
    ...told(row as readonly string[]),
  });
  return {
    name,
    entity,
    file: "",
    extract: { name: extract, columns: [], key: [], options: {} },
    fields: fieldNames(entity),
    columns: new Map(),
    exclusions: new Map(),
    key: { columns: [], of: () => null, parts: () => null },
    map,
    page: pageOf(entity, map),
  };
};
const record = (entity: "user" | "completion", fields: CanonicalRecord): CanonicalRecord => ({
  ...emptyRecord(entity),
  ...fields,
});

describe("mappings that are tried", () => {
  test("say what would be excluded and flagged, and which references lead nowhere", async () => {
    const users = mapping("x/users", "user", "users", ([id]) =>
      id === "guest" ? { excluded: "guest-account" } : { key: id!, record: record("user", {}) },
    );
    const completions = mapping("x/completions", "completion", "transcript", ([id, user]) => ({
      key: id!,
      record: record("completion", { user: user! }),
      issues: id === "c1" ? [{ code: "bad-date", severity: "flag", field: "completedAt", note: null }] : [],
    }));
    const { mappings, effort } = await profileOf(
      {
        transcript: [
          ["id", "user"],
          ["c1", "u1"],
          ["c2", "gone"],
          ["c3", "gone"],
          ["c4", "guest"],
        ],
        users: [["id"], ["u1"], ["guest"]],
      },
      { mappings: [completions, users] },
    );
    expect(mappings).toEqual([
      {
        mapping: "x/completions",
        entity: "completion",
        rows: 4,
        excluded: [],
        flagged: 1,
        issues: [{ code: "bad-date", field: "completedAt", count: 1 }],
        orphans: [{ field: "user", entity: "user", records: 3, keys: 2 }],
      },
      {
        mapping: "x/users",
        entity: "user",
        rows: 2,
        excluded: [{ rule: "guest-account", count: 1 }],
        flagged: 0,
        issues: [],
        orphans: [],
      },
    ]);
    expect(effort.lines.find(({ what }) => what === "records to decide by hand")).toMatchObject({
      count: 3,
      days: 0.03,
    });
  });
});

describe("the effort", () => {
  test("is a sum whose arithmetic is shown", async () => {
    const { effort } = await profileOf({
      transcript: [
        ["id", "status", "done"],
        ...fill(300, (i) => `${i}`).map((id, i) => [id, i % 2 === 0 ? "done" : "open", "2020-01-01"]),
        ...fill(150, () => "").map((id) => [id, "done", "2020-01-01"]),
      ],
    });
    expect(effort.lines.map(({ what, count, each, days }) => [what, count, each, days])).toEqual([
      ["extracts", 1, 0.5, 0.5],
      ["columns with values", 3, 0.05, 0.15],
      ["values of code lists", 2, 0.02, 0.04],
      ["date columns", 1, 0.1, 0.1],
      ["rules to agree on", 1, 1, 1],
      ["rehearsals", 2, 2, 4],
    ]);
    expect(effort.arithmetic).toBe(
      "1 × 0.5 + 3 × 0.05 + 2 × 0.02 + 1 × 0.1 + 1 × 1 + 2 × 2 = 5.79 → 6 person-days",
    );
    expect(effort.days).toBe(6);
  });
});
