import { rmSync } from "node:fs";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cutover, json, type Failure } from "./support/cutover.js";
import { directory, makeSmall, migrationYaml, type Small } from "./support/small.js";

let small: Small;
beforeEach(() => {
  small = makeSmall({ people: 3 });
});
afterEach(() => small.remove());

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

describe("a target that is not there", () => {
  it("is named with its file, and with the variable the file is named in", async () => {
    small.file("migration.yaml", migrationYaml("{ urlEnv: TARGET_URL }"));
    const env = { TARGET_URL: "sqlite:other.db" };
    const { error } = await json<Failure>(["plan", small.folder], 3, { env });
    expect(error.message).toContain(`there is no file ${path.join(small.folder, "other.db")}`);
    expect(error.remedy).toMatch(
      /environment variable TARGET_URL, which `urlEnv` names in migration.yaml, line \d+/,
    );
    const { status, out, err } = await cutover(["check", small.folder], { env });
    expect(status).toBe(3);
    expect(occurrences(out + err, "there is no file")).toBe(1);
    expect(out).toMatch(/^target: not checked: there is no file/m);
  });

  it("but another database is, is told by its tables", async () => {
    rmSync(path.join(small.folder, "target.db"));
    new Sqlite(path.join(small.folder, "target.db")).exec("CREATE TABLE something (id)").close();
    const { error } = await json<Failure>(["plan", small.folder], 2);
    expect(error).toMatchObject({
      code: "target-schema",
      problems: [{ message: "there is no table team" }, { message: "there is no table person" }],
      remedy: expect.stringContaining("is this the database of The directory?") as string,
    });
  });
});

it("a statement that SQLite refuses may be one that names what is not there", async () => {
  new Sqlite(path.join(small.folder, "target.db")).exec("DROP TABLE person").close();
  const { error } = await json<Failure>(["check", small.folder], 2);
  expect(error.problems.map(({ message }) => message).join("\n")).toContain(
    "has no such table or column (SQLITE_ERROR)",
  );
});

describe("a source's file", () => {
  it("that is not there is told with the line that names its folder", async () => {
    rmSync(path.join(small.folder, "exports/people.csv"));
    const { error } = await json<Failure>(["plan", small.folder], 3);
    expect(error.remedy).toBe(
      "Put the file there, or name its folder under `connection` in migration.yaml, line 5.",
    );
    rmSync(path.join(small.folder, "exports"), { recursive: true });
    const gone = await json<Failure>(["plan", small.folder], 3);
    expect(gone.error.remedy).toBe(
      "Make it, or name the right one under `connection` in migration.yaml, line 5.",
    );
  });

  it("that cannot be read is told once", async () => {
    small.file("exports/people.csv", "");
    const { status, err } = await cutover(["plan", small.folder]);
    expect(status).toBe(2);
    expect(err).toMatch(/^source-malformed: people.csv cannot be read as CSV\n/);
    expect(occurrences(err, "the file is empty")).toBe(1);
    expect(occurrences(err, "Export it again")).toBe(1);
  });
});

it("what a person does before a load is told by the plan, and by the run before it writes", async () => {
  small.file(
    "mappings/directory/system.yaml",
    `${directory["system.yaml"]!}before:\n  - { name: mail-off, because: Nobody wants mail., manual: Unplug the mail. }\n  - { name: proven, because: It is so., sql: SELECT 1 AS ok }\n`,
  );
  expect(await json(["plan", small.folder], 0)).toMatchObject({
    before: [
      { name: "mail-off", manual: "Unplug the mail.", checked: false },
      { name: "proven", checked: true },
    ],
  });
  const { out } = await cutover(["plan", small.folder]);
  expect(out).toMatch(
    /^Before a load, by hand:\n[^]*mail-off +Unplug the mail\.\n`cutover run` checks 1 more/m,
  );
  const ran = await cutover(["run", small.folder]);
  expect(ran.err).toMatch(/^when[^]*before the load +mail-off +to be signed +Unplug the mail\.$/m);
});

it("a report that was not written is not recommended", async () => {
  await json(["run", small.folder], 0);
  await json(["plan", small.folder], 0);
  const none = await json<Failure>(["report", small.folder], 6);
  expect(none.error.remedy).toMatch(/^No report of it was written/);
  await json(["run", small.folder], 0);
  await json(["report", small.folder], 0);
  await json(["plan", small.folder], 0);
  const one = await json<Failure>(["report", small.folder], 6);
  expect(one.error.remedy).toMatch(/^Read the report that was written then, under .*reports/);
});

describe("a name that is not known", () => {
  it.each([
    [["explain", "users"], "moodle/users"],
    [["explain", "moodle/user"], "Did you mean `moodle/users`?"],
    [["explain", "moodle/nosuch"], "moodle/users"],
    [["init", "new", "--from", "nosuch"], "`cornerstone`"],
  ])("of %j is answered with those there are, each once", async (args, name) => {
    const { status, err } = await cutover(args, { cwd: small.folder });
    expect(status).toBe(2);
    expect(
      occurrences(err.replace(/Did you mean `[^`]*`\? It/, "It"), name.replace(/^Did.*/, "moodle/users")),
    ).toBe(1);
    expect(err).toContain(name);
  });
});
