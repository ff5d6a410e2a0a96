import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ExtractSpec } from "@cutover/model";
import { describe, expect, test } from "vitest";
import { extractOf, openFolder, readAll } from "./files.js";

/** Files that other people's systems wrote; they lie beside the repository and are no part of it. */
const samples = resolve(import.meta.dirname, "../../../../shared/samples");
const present = existsSync(samples);

test("the samples are there, or their absence is allowed in so many words", () => {
  if (!present)
    process.stderr.write(`NOT TESTED: real files are read from ${samples}, which is not there.\n`);
  const required = process.env["CI"] !== undefined && process.env["CUTOVER_WITHOUT_SAMPLES"] === undefined;
  expect(present || !required, "set CUTOVER_WITHOUT_SAMPLES=1 to run without the samples").toBe(true);
});

async function read(folder: string, file: string, columns: readonly string[], options = {}) {
  const extractor = await openFolder(join(samples, folder));
  const extract: ExtractSpec = extractOf(columns, { file, ...options });
  const all = await readAll(extractor, extract);
  expect(await extractor.count(extract)).toBe(all.rows.length + all.rejected.length);
  return all;
}

describe.skipIf(!present)("Totara's uploads", () => {
  const course = ["username", "courseshortname", "courseidnumber", "completiondate", "grade"];
  const certification = [
    "username",
    "certificationshortname",
    "certificationidnumber",
    "completiondate",
    "duedate",
  ];

  test("CR line ends", async () => {
    const { rows, at } = await read("totara", "course_completion_CR_line_endings.csv", course);
    expect(rows).toEqual([
      ["learner1", "C1", "1", "2015-01-01", "100"],
      ["learner1", "thisisevidence", "notacourse", "2015-01-01", "100"],
    ]);
    expect(at).toEqual([2, 3]);
  });

  test("a blank line at the end, and a record of blanks", async () => {
    expect((await read("totara", "certification_completion_1.csv", certification)).rows).toHaveLength(2);
    expect((await read("totara", "course_completion_1.csv", course)).rows).toEqual([["", "", "", "", ""]]);
    expect((await read("totara", "course_completion_1a.csv", course)).rows[0]?.[0]).toBe("");
  });

  test.each([
    ["certification_completion_badcolumns.csv", certification],
    ["course_completion_badcolumns.csv", course],
  ])("bad columns in %s", async (file, columns) => {
    await expect(read("totara", file, columns)).rejects.toMatchObject({
      code: "source-malformed",
      problems: [
        { message: 'column "badcolumn" is not known', at: { file, line: 1 } },
        { message: expect.stringMatching(/^column \w+ is missing$/) as string },
      ],
    });
  });

  test("evidence in columns of its own", async () => {
    const extractor = await openFolder(join(samples, "totara"));
    const extract = extractOf(course, { file: "course_evidence_custom_fields_1.csv", unknown: "ignore" });
    const columns = (await extractor.columns(extract)).map(({ name }) => name);
    expect(columns.filter((name) => name.startsWith("customfield_")).length).toBeGreaterThan(4);
    expect((await readAll(extractor, extract)).rows[0]?.slice(0, 2)).toEqual(["learner1", "thisisevidence"]);
  });
});

describe.skipIf(!present)("OneRoster bundles", () => {
  const folders = present
    ? readdirSync(join(samples, "oneroster"), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    : [];

  test.each(folders.map(({ name }) => name))("every file of %s is read whole", async (name) => {
    const folder = join("oneroster", name);
    for (const file of readdirSync(join(samples, folder)).filter((one) => one.endsWith(".csv"))) {
      const extractor = await openFolder(join(samples, folder));
      const columns = (await extractor.columns(extractOf([], { file }))).map((column) => column.name);
      expect(columns.length).toBeGreaterThan(1);
      const { rows, rejected } = await read(folder, file, columns);
      expect(rejected).toEqual([]);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every((row) => row.length === columns.length)).toBe(true);
    }
  });

  test("users", async () => {
    const { rows, at } = await read(
      "oneroster/Test_full_data_set",
      "users.csv",
      ["sourcedId", "givenName", "email"],
      {
        unknown: "ignore",
      },
    );
    expect(rows[0]).toEqual(["usr-222-123456", "John", "john.doe@myschool.com"]);
    expect(at[0]).toBe(2);
  });
});

describe.skipIf(!present)("Open edX", () => {
  test("a dump of SQL statements is no table of values, and says so", async () => {
    for (const file of readdirSync(join(samples, "open-edx"))) {
      const columns = ["id", "user_id", "course_id"];
      const reading = read("open-edx", file, columns, {
        delimiter: "tab",
        escape: "backslash",
        nullText: "NULL",
      });
      await expect(reading).rejects.toMatchObject({ code: "source-malformed" });
    }
  });
});

describe.skipIf(!present)("xAPI", () => {
  test("statements as JSON lines", async () => {
    const extractor = await openFolder(join(samples, "xapi"), "ndjson");
    const extract = extractOf(["actor.account.name"], { file: "core-*-statements.json" });
    // Written over many lines each: none of their lines is a document.
    const { rows, rejected } = await readAll(extractor, extract);
    expect(await extractor.count(extract)).toBe(rows.length + rejected.length);
    expect(rejected.length).toBeGreaterThan(0);
  });
});
