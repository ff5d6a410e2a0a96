import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { directory, makeSmall, type Small } from "./support/small.js";

/** So many that their pages are drafted on a thread of its own. */
const people = 25_000;

/** A directory that gives people no ids: they are known by their login, and nothing has to be asked to draft them. */
const byLogin: Readonly<Record<string, string>> = {
  "system.yaml": directory["system.yaml"]!.replace(
    "    table: person\n    id: id\n    columns:\n      id: bigint\n",
    "    table: person\n    columns:\n",
  ),
  "inbound/people.yaml": directory["inbound/people.yaml"]!.replace(
    "key: id\n",
    "key: login\nignore: { id: The login tells them. }\n",
  ),
  "outbound/people.yaml": directory["outbound/people.yaml"]!.replace("{person.id}", "{person.login}"),
};

describe("loading many new records", () => {
  let small: Small;
  /** What was planned, to load it again and again. */
  let planned: string;
  const target = (work: (db: Sqlite.Database) => void): void => {
    const db = new Sqlite(path.join(small.folder, "target.db"));
    work(db);
    db.close();
  };
  /** How many people the target has, and what it holds of them. */
  const held = (): { readonly people: number; readonly digest: string } => {
    let rows: readonly unknown[] = [];
    target((db) => {
      rows = db
        .prepare(
          "SELECT p.login, p.mail, p.name, t.code, p.pass FROM person p LEFT JOIN team t ON t.id = p.team ORDER BY p.login, p.id",
        )
        .raw()
        .all();
    });
    return { people: rows.length, digest: createHash("sha256").update(JSON.stringify(rows)).digest("hex") };
  };
  const begin = (): void => {
    target((db) => db.exec("DELETE FROM person; DELETE FROM team; DROP TRIGGER IF EXISTS refuse"));
    rmSync(path.join(small.folder, ".cutover"), { recursive: true, force: true });
    cpSync(planned, path.join(small.folder, ".cutover"), { recursive: true });
  };
  const load = (status = 0) =>
    json<{ readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>> }>(
      ["run", small.folder],
      status,
    );
  const verdict = async () =>
    (await json<{ readonly verdict: string }>(["reconcile", small.folder], 0)).verdict;
  let whole: ReturnType<typeof held>;
  beforeAll(async () => {
    small = makeSmall({ people });
    for (const [name, text] of Object.entries(byLogin)) small.file(`mappings/directory/${name}`, text);
    await json(["plan", small.folder], 0);
    planned = mkdtempSync(path.join(tmpdir(), "cutover-planned-"));
    cpSync(path.join(small.folder, ".cutover"), planned, { recursive: true });
    begin();
    await load();
    whole = held();
  });
  afterAll(() => {
    small.remove();
    rmSync(planned, { recursive: true });
  });

  it("writes every one of them as it was staged", async () => {
    expect(whole.people).toBe(people);
    expect(await verdict()).toBe("match");
  });

  it.each([700, 1100])("comes to the same end after it was killed at %i ms", async (after) => {
    begin();
    const { signal, status } = await cutover(["run", small.folder], {
      started: (child) => void setTimeout(() => child.kill("SIGKILL"), after),
    });
    // Where it was quicker than the signal, it is through.
    expect(signal ?? status).toBeOneOf(["SIGKILL", 0]);
    await load();
    expect(held()).toEqual(whole);
    expect(await verdict()).toBe("match");
  });

  it("is stopped by Ctrl-C, and says how to go on", async () => {
    begin();
    const { status, err } = await cutover(["run", small.folder], {
      started: (child) => void setTimeout(() => child.kill("SIGINT"), 900),
    });
    expect(status).toBeOneOf([130, 0]);
    if (status === 130) expect(err).toContain("again");
    await load();
    expect(held()).toEqual(whole);
  });

  it("flags the few that the target refuses, and loads all others", async () => {
    begin();
    target((db) =>
      db.exec(`CREATE TRIGGER refuse BEFORE INSERT ON person WHEN NEW.login IN ('login77', 'login20000')
        BEGIN SELECT RAISE(ABORT, 'not this one'); END`),
    );
    expect((await load(4)).entities["user"]).toMatchObject({ created: people - 2, flagged: 2 });
    const refused = `SELECT r.key FROM issue i JOIN record r ON r.id = i.record WHERE i.code = 'target-rejected' ORDER BY 1`;
    expect(small.ledger(refused)).toEqual([{ key: "P20000" }, { key: "P77" }]);
    expect(held().people).toBe(people - 2);
  });
});
