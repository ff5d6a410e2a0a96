import Sqlite from "better-sqlite3";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json, type Failure } from "./support/cutover.js";
import { directory, exports, makeSmall, migrationYaml, type Small } from "./support/small.js";

interface Run {
  readonly run: number;
  readonly resumed: boolean;
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const change = (small: Small, sql: string): void => {
  const db = new Sqlite(path.join(small.folder, "target.db"));
  db.exec(sql);
  db.close();
};

const state = async (small: Small) => ({
  team: await small.rows("team"),
  person: await small.rows("person"),
});

describe("a rehearsal", () => {
  let small: Small;
  beforeAll(() => {
    small = makeSmall();
  });
  afterAll(() => small.remove());

  it("without a plan makes one and loads it", async () => {
    const { entities } = await json<Run>(["run", small.folder], 0);
    expect(entities["user"]).toMatchObject({ read: 40, created: 40 });
    const [t0, , , t3] = await small.rows("team");
    expect([t0!["parent"], t3!["parent"]]).toEqual([null, 2]);
  });

  it("run again changes nothing", async () => {
    const before = await state(small);
    const { entities } = await json<Run>(["run", small.folder], 0);
    expect(entities["user"]).toMatchObject({ unchanged: 40, created: 0, updated: 0 });
    expect(entities["organization"]).toMatchObject({ unchanged: 4, created: 0, updated: 0 });
    expect(await state(small)).toEqual(before);
  });

  it("writes only what was changed at the source", async () => {
    small.file("exports/people.csv", exports(40)["people.csv"]!.replace("Name 7", "Anders"));
    const { entities } = await json<Run>(["run", small.folder], 0);
    expect(entities["user"]).toMatchObject({ unchanged: 39, updated: 1 });
  });

  it("is undone, newest first, and can be run again", async () => {
    const { error } = await json<Failure>(["undo", small.folder, "--run", "1"], 2);
    expect(error).toMatchObject({
      code: "usage",
      remedy: expect.stringContaining("Undo run 3 first") as string,
    });
    // No source is needed to take back what was written.
    small.file(
      "migration.yaml",
      (await import("./support/small.js"))
        .migrationYaml(`{ url: "sqlite:target.db" }`)
        .replace("exports", "gone"),
    );
    expect(await json(["undo", small.folder], 0)).toMatchObject({ run: 3, restored: 1, deleted: 0 });
    small.file("migration.yaml", migrationYaml(`{ url: "sqlite:target.db" }`));
    await json(["undo", small.folder], 0);
    expect(await json(["undo", small.folder], 0)).toMatchObject({ run: 1, deleted: 44, kept: [] });
    expect(await state(small)).toEqual({ team: [], person: [] });
    const { error: already } = await json<Failure>(["undo", small.folder, "--run", "1"], 2);
    expect(already).toMatchObject({ code: "nothing-to-do", message: "run 1 is undone already" });
    const { error: nothing } = await json<Failure>(["undo", small.folder], 2);
    expect(nothing.code).toBe("nothing-to-do");

    const { entities } = await json<Run>(["run", small.folder], 0);
    expect(entities["user"]).toMatchObject({ created: 40 });
    expect(await json(["reconcile", small.folder], 0)).toMatchObject({ verdict: "match" });
  });

  it("that was tampered with does not reconcile: 5, also where there are flags", async () => {
    change(small, "UPDATE person SET name = 'Somebody Else' WHERE id % 10 = 0");
    expect(await json(["reconcile", small.folder], 5)).toMatchObject({ verdict: "mismatch" });
    expect(await json(["report", small.folder], 5)).toMatchObject({ verdict: { outcome: "mismatch" } });
  });
});

it("does not load a plan that counted on runs which were undone since", async () => {
  const small = makeSmall();
  await json(["run", small.folder], 0);
  small.file("exports/people.csv", exports(40)["people.csv"]!.replace("Name 7,", "Anders,"));
  const { plan } = await json<{ plan: { digest: string } }>(["plan", small.folder], 0);
  await json(["approve", small.folder, "--plan", plan.digest, "--by", "R. Viewer"], 0);
  await json(["undo", small.folder], 0);
  const { error } = await json<Failure>(["run", small.folder, "--production"], 6);
  expect(error.problems.map(({ message }) => message)).toEqual([
    "run 1, which came before the plan, was undone",
  ]);
  small.remove();
});

describe("production", () => {
  let small: Small;
  beforeAll(() => {
    small = makeSmall();
  });
  afterAll(() => small.remove());

  const approve = (digest: string, ...more: string[]) =>
    json(["approve", small.folder, "--plan", digest, "--by", "R. Viewer", ...more], 0);
  const plan = async (status = 0): Promise<string> =>
    (await json<{ plan: { digest: string } }>(["plan", small.folder], status)).plan.digest;

  it("is refused without a plan", async () => {
    const { error } = await json<Failure>(["run", small.folder, "--production"], 6);
    expect(error).toMatchObject({
      code: "not-approved",
      remedy: expect.stringContaining("cutover plan") as string,
    });
  });

  it("is refused without a yes, and after a no", async () => {
    const digest = await plan();
    expect((await json<Failure>(["run", small.folder, "--production"], 6)).error.message).toContain(digest);
    await json(["approve", small.folder, "--plan", digest, "--by", "N. Sayer", "--no"], 2);
    await approve(digest);
    await json(
      ["approve", small.folder, "--plan", digest, "--by", "N. Sayer", "--no", "--because", "too early"],
      0,
    );
    const { error } = await json<Failure>(["run", small.folder, "--production"], 6);
    expect(error.message).toContain("N. Sayer said no");
    expect(await state(small)).toEqual({ team: [], person: [] });
  });

  it("approves nothing that was not planned", async () => {
    for (const wrong of ["00000000", "abc", "%%%%%%%%"]) {
      const { error } = await json<Failure>(
        ["approve", small.folder, "--plan", wrong, "--by", "R. Viewer"],
        2,
      );
      expect(error.code).toBe("usage");
    }
    const { error } = await json<Failure>(["approve", small.folder, "--plan", "0".repeat(64)], 2);
    expect(error.message).toContain("needs a name");
  });

  it("refuses a plan whose mapping was edited since, and says so", async () => {
    // It is the same plan, to the digest: the no still stands, until it is taken back.
    const digest = await plan();
    await json(["run", small.folder, "--production"], 6);
    await json(["approve", small.folder, "--plan", digest, "--by", "N. Sayer"], 0);
    const file = "mappings/directory/outbound/people.yaml";
    small.file(file, directory["outbound/people.yaml"]!.replace("truncate: 100", "truncate: 60"));
    const { error } = await json<Failure>(["run", small.folder, "--production"], 6);
    expect(error.code).toBe("stale-plan");
    expect(error.problems.map(({ message }) => message).join()).toContain("mapping");
    expect(await state(small)).toEqual({ team: [], person: [] });
    small.file(file, directory["outbound/people.yaml"]!);
  });

  it("loads what was approved, once", async () => {
    await approve(await plan());
    const { "people.csv": people } = exports(40);
    small.file("exports/people.csv", `${people!}P40,login40,,Late,T0,\n`);
    const done = await json<Run>(["run", small.folder, "--production"], 0);
    expect(done.entities["user"]).toMatchObject({ created: 40 });
    expect(done).toMatchObject({ changedFiles: ["roster: people.csv"] });
    small.file("exports/people.csv", people!);
    const before = await state(small);
    expect(await json<Run>(["run", small.folder, "--production"], 0)).toMatchObject({
      run: done.run,
      repeated: true,
    });
    const { out } = await cutover(["run", small.folder, "--production"]);
    expect(out).toContain("The plan was already loaded by this run: nothing was done.");
    expect(await state(small)).toEqual(before);
  });

  it("flags what was changed in the target since the plan, and leaves it alone", async () => {
    small.file(
      "exports/people.csv",
      exports(40)["people.csv"]!.replace("Name 3,", "Newname,").replace("Name 4,", "Newer,"),
    );
    await approve(await plan());
    change(small, "UPDATE person SET name = 'Edited by hand' WHERE login = 'login3'");
    const { entities } = await json<Run>(["run", small.folder, "--production"], 4);
    expect(entities["user"]).toMatchObject({ flagged: 1, updated: 1 });
    const names = (await small.rows("person")).map((row) => row["name"]);
    expect([names[3], names[4]]).toEqual(["Edited by hand", "Newer"]);
    const { flags } = await json<{ flags: { code: string; key: string }[] }>(["flags", small.folder], 4);
    expect(flags).toMatchObject([{ code: "changed-since-plan", key: "P3" }]);
  });
});
