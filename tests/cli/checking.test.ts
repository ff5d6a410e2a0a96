import { rmSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cutover, json, type Failure } from "./support/cutover.js";
import { directory, makeSmall, roster, type Small } from "./support/small.js";

let small: Small;
beforeEach(() => {
  small = makeSmall();
});
afterEach(() => small.remove());

const edit = (system: string, file: string, text: string, by: string): string => {
  const before = (system === "roster" ? roster : directory)[file]!;
  expect(before).toContain(text);
  return small.file(`mappings/${system}/${file}`, before.replace(text, by));
};

const problems = async (): Promise<readonly string[]> =>
  (await json<Failure>(["check", small.folder], 2)).error.problems.map(({ message }) => message);

describe("the round trip of what the target keeps", () => {
  it("is proven by examples, also of what refers to others", async () => {
    expect(await json(["check", small.folder, "--offline"], 0)).toMatchObject({
      roundTrip: { system: "directory", proven: 2, untried: 0, uncarried: [] },
      live: [],
    });
  });

  it("tells what is read back from the wrong column", async () => {
    small.file(
      "mappings/directory/inbound/people.yaml",
      directory["inbound/people.yaml"]!.replace("email: mail", "email: name").replace(
        "familyName: name",
        "familyName: mail",
      ),
    );
    const { error } = await json<Failure>(["check", small.folder], 2);
    expect(error.problems.map(({ message }) => message).toSorted()).toEqual([
      'outbound directory/people, example "somebody in a team": `email` does not come back as it is projected',
      'outbound directory/people, example "somebody in a team": `familyName` does not come back as it is projected',
    ]);
    expect(error.problems[0]!.at).toMatchObject({
      file: path.join(small.folder, "mappings/directory/outbound/people.yaml"),
      line: expect.any(Number) as number,
    });
  });

  it("tells what the inbound mapping changes, drops or leaves out", async () => {
    edit("directory", "inbound/teams.yaml", "name: name", "name: { from: name, case: upper }");
    expect(await problems()).toEqual([
      'outbound directory/teams, example "a team below another": `name` does not come back as it is projected',
    ]);
    edit(
      "directory",
      "inbound/teams.yaml",
      "fields:",
      "exclude:\n  - { rule: below, when: parent != null, because: Only the top. }\nfields:",
    );
    expect(await problems()).toEqual([
      'outbound directory/teams, example "a team below another": what was written is not read back',
    ]);
  });

  it("warns of what it could not try, and of what no example carries", async () => {
    small.file(
      "mappings/directory/outbound/teams.yaml",
      directory["outbound/teams.yaml"]!.replace(/examples:[^]*/, ""),
    );
    const { roundTrip, warnings } = await json<{
      roundTrip: { proven: number; untried: number; uncarried: { mapping: string; field: string }[] };
      warnings: { message: string }[];
    }>(["check", small.folder, "--offline"], 0);
    expect(roundTrip).toMatchObject({ proven: 0, untried: 1 });
    expect(roundTrip.uncarried).toContainEqual({ mapping: "directory/teams", field: "code" });
    expect(warnings.map(({ message }) => message)).toContain(
      'outbound directory/people, example "somebody in a team": its round trip could not be tried: no example makes organization 7',
    );
  });
});

describe("the live systems", () => {
  it("are held against their definitions", async () => {
    const db = new Sqlite(path.join(small.folder, "target.db"));
    db.exec(
      "ALTER TABLE person DROP COLUMN pass; ALTER TABLE team ADD COLUMN owner INTEGER NOT NULL DEFAULT 0",
    );
    db.close();
    small.file("exports/teams.csv", "team,titel,above\nT1,Sales,\n");
    const found = (await problems()).join("\n");
    expect(found).toMatch(/^roster: extract teams: .*titel/m);
    expect(found).toMatch(/^target: extract people: the target's database refused a statement/m);
    expect(found).toMatch(/^target: tables: person has no column pass$/m);
    expect((await cutover(["check", small.folder, "--offline"])).status).toBe(0);
  });

  it("that are out of reach are told: what is not given yet is no error, a database that does not answer is", async () => {
    rmSync(path.join(small.folder, "exports"), { recursive: true });
    rmSync(path.join(small.folder, "target.db"));
    const { live } = await json<{ live: { side: string; looked: boolean; because: string }[] }>(
      ["check", small.folder],
      3,
    );
    expect(live).toMatchObject([
      { side: "roster", looked: false, state: "not given", because: expect.any(String) as string },
      {
        side: "target",
        looked: false,
        state: "out of reach",
        because: expect.stringMatching(/^there is no file .*target\.db/) as string,
      },
    ]);
    for (const command of ["plan", "profile"])
      expect((await cutover([command, small.folder])).status).toBe(3);
  });

  it("are asked the small queries that a load depends on", async () => {
    edit(
      "directory",
      "system.yaml",
      "tables:",
      "references:\n  roles: { sql: SELECT id FROM role, columns: { id: integer } }\nbefore:\n  - { name: quiet, because: Nobody wants mail., sql: SELECT 1 AS ok FROM settings, severity: must }\ntables:",
    );
    const found = (await problems()).join("\n");
    expect(found).toContain("target: reference roles: ");
    expect(found).toContain("target: condition quiet: ");
  });
});

describe("the live systems", () => {
  it("are said to be sound only where they were looked at", async () => {
    const looked = await cutover(["check", small.folder]);
    expect([looked.status, looked.out]).toEqual([0, expect.stringMatching(/^The mappings are sound\.$/m)]);
    rmSync(path.join(small.folder, "exports/people.csv"));
    const partly = await cutover(["check", small.folder]);
    expect(partly.status).toBe(0);
    expect(partly.out).toContain(
      "The mappings are sound as far as could be seen. Not checked: roster (not given).",
    );
    expect(partly.out).toContain("people.csv");
    const { out } = await cutover(["check", small.folder, "--offline"]);
    expect(out).toContain("the systems themselves were not checked");
  });

  it("tell of a header that is not known, and which file it is declared in", async () => {
    small.file("exports/teams.csv", "team,titel,above\nT0,Everybody,\n");
    const { error } = await json<Failure>(["check", small.folder], 2);
    expect(error.problems[0]!.remedy).toBe(
      "Is it title? Then add it under `extracts: teams: headers` of mappings/roster/system.yaml in the migration folder.",
    );
  });
});
