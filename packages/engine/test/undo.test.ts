import { describe, expect, it } from "vitest";
import { crashing, Crash } from "./kit/crashing.js";
import { trial } from "./kit/trials.js";

const target = `
INSERT INTO org (code, name) VALUES ('HQ', 'Old head office');
INSERT INTO person (number, login, given, family, job, seen) VALUES ('E1', 'anna', 'Ann', 'Old', 'Chief', 9);
INSERT INTO field (name) VALUES ('Car');
INSERT INTO profile (person, field, value) VALUES (1, 1, 'rusty');
`;

describe("undo", () => {
  it("leaves the target's rows exactly as they were", async () => {
    const t = trial({ target, batchSize: 2 });
    const before = t.everything();
    await t.plan();
    const planned = t.ends();
    await t.load();
    expect(t.everything()).not.toEqual(before);
    const result = await t.undo(1);
    expect(result.kept).toEqual([]);
    expect(t.everything()).toEqual(before);
    expect(t.ends()).toEqual(planned);
    expect(t.ledger.db.prepare("SELECT COUNT(*) FROM record WHERE applied IS NOT NULL").pluck().get()).toBe(
      0,
    );
    expect(t.ledger.db.prepare("SELECT COUNT(*) FROM crosswalk WHERE origin = 'created'").pluck().get()).toBe(
      0,
    );
    expect(await t.undo(1)).toEqual(result);
  });

  it("deletes what it made though a row of the target hung on it, which is as it was again", async () => {
    const t = trial({ target: "INSERT INTO course (code, title, open) VALUES ('FIRE', 'Old title', 0)" });
    const before = t.everything();
    await t.plan();
    await t.load();
    expect(t.rows("academy", "SELECT category IS NULL AS bare FROM course WHERE id = 1")).toEqual([
      { bare: 0 },
    ]);
    expect((await t.undo(1)).kept).toEqual([]);
    expect(t.everything()).toEqual(before);
  });

  it("tells how far it is in rows", async () => {
    const t = trial({ batchSize: 2 });
    await t.plan();
    await t.load();
    const written = t.ledger.db.prepare("SELECT COUNT(*) FROM written").pluck().get();
    const last = new Map<string | null, { done: number; total: number | null }>();
    await t.undo(1, undefined, ({ entity, done, total }) => last.set(entity, { done, total }));
    expect([...last.values()].every(({ done, total }) => done === total)).toBe(true);
    expect([...last.values()].reduce((sum, { done }) => sum + done, 0)).toBe(written);
  });

  it("allows the same plan to be loaded again", async () => {
    const t = trial({ target });
    await t.plan();
    await t.load();
    const first = t.meaning();
    await t.undo(1);
    expect(await t.load()).toMatchObject({ run: 2, state: "finished" });
    expect(t.meaning()).toEqual(first);
  });

  it("keeps and lists what people changed or built upon", async () => {
    const t = trial({ target });
    await t.plan();
    await t.load();
    t.on(
      "academy",
      `
      UPDATE person SET family = 'Married' WHERE login = 'bob';
      UPDATE person SET mail = 'mine@x.example' WHERE login = 'anna';
      INSERT INTO result (person, course, passed) SELECT p.id, c.id, 0 FROM person p, course c WHERE p.login = 'cleo' AND c.code = 'FIRE'`,
    );
    const { kept } = await t.undo(1);
    expect(kept.map(({ table, why }) => `${table}: ${why}`).toSorted()).toEqual(
      [
        "course: something hangs on it: result.course",
        "org: something hangs on it: person.org",
        "category: something hangs on it: course.category",
        "person: changed since",
        "person: changed since: mail",
        "person: something hangs on it: result.person",
      ].toSorted(),
    );
    expect(t.rows("academy", "SELECT login, given, family, mail FROM person ORDER BY login")).toEqual([
      { login: "anna", given: "Ann", family: "Old", mail: "mine@x.example" },
      { login: "bob", given: "Bob", family: "Married", mail: "bob@x.example" },
      { login: "cleo", given: "Cleo", family: "Cas", mail: null },
    ]);
    // What was kept is recognized by the next plan, and not made twice.
    await t.disconnect();
    await t.plan();
    expect(t.ends("user").slice(0, 3)).toEqual(["user 1: updated", "user 2: updated", "user 3: unchanged"]);
  });

  it("keeps rows people edited where nothing was written", async () => {
    const t = trial({ target });
    t.on(
      "academy",
      `ALTER TABLE person ADD COLUMN theme VARCHAR(20) NOT NULL DEFAULT 'plain';
       ALTER TABLE person ADD COLUMN note TEXT;
       ALTER TABLE person ADD COLUMN letters BIGINT AS (length(login))`,
    );
    await t.plan();
    await t.load();
    t.on(
      "academy",
      `UPDATE person SET theme = 'dark' WHERE login = 'bob'; UPDATE person SET note = '' WHERE login = 'cleo'`,
    );
    const { kept } = await t.undo(1);
    expect(kept.map(({ table, why }) => `${table}: ${why}`).filter((k) => k.includes("person: ch"))).toEqual([
      "person: changed since: note",
      "person: changed since: theme",
    ]);
    expect(t.rows("academy", "SELECT login FROM person ORDER BY login")).toEqual([
      { login: "anna" },
      { login: "bob" },
      { login: "cleo" },
    ]);
  });

  it("keeps what is built upon in tables nobody declared, save bystanders", async () => {
    const t = trial({ target });
    t.on(
      "academy",
      `CREATE TABLE essay (id INTEGER PRIMARY KEY, personid BIGINT); CREATE TABLE visit (id INTEGER PRIMARY KEY, personid BIGINT);
       CREATE TABLE blank (id INTEGER PRIMARY KEY, personid BIGINT)`,
    );
    await t.plan();
    await t.load();
    t.on(
      "academy",
      `INSERT INTO essay (personid) SELECT p.id FROM person p, (SELECT 1 UNION SELECT 2) WHERE p.login = 'bob';
       INSERT INTO visit (personid) SELECT id FROM person WHERE login = 'cleo'`,
    );
    const { kept } = await t.undo(1);
    expect(kept.filter(({ table }) => table === "person").map(({ why }) => why)).toEqual([
      "something hangs on it: essay.personid",
    ]);
    expect(t.rows("academy", "SELECT login FROM person ORDER BY login")).toEqual([
      { login: "anna" },
      { login: "bob" },
    ]);
  });

  it("can be killed anywhere, and repeated to the same end", async () => {
    const reference = trial({ target, batchSize: 2 });
    const before = reference.everything();
    await reference.plan();
    await reference.load();
    const { batches, deleted, restored } = await reference.undo(1);
    expect(deleted).toBeGreaterThan(5);
    expect(restored).toBeGreaterThan(0);
    for (const when of ["before", "after"] as const) {
      for (let at = 1; at <= batches; at += 2) {
        const t = trial({ target, batchSize: 2 });
        await t.plan();
        await t.load();
        const { sources } = t;
        await t.disconnect();
        t.sources = sources;
        t.wrap = (loader) => crashing(loader, at, when);
        await expect(t.undo(1)).rejects.toBeInstanceOf(Crash);
        t.wrap = (loader) => loader;
        await t.disconnect();
        expect(await t.undo(1)).toMatchObject({ kept: [], deleted, restored });
        expect(t.everything()).toEqual(before);
      }
    }
  });

  it("has to be finished before the plan is loaded again", async () => {
    const t = trial({ target, batchSize: 2 });
    await t.plan();
    await t.load();
    await t.disconnect();
    t.wrap = (loader) => crashing(loader, 3, "after");
    await expect(t.undo(1)).rejects.toBeInstanceOf(Crash);
    await expect(t.load()).rejects.toMatchObject({
      code: "usage",
      remedy: "Finish it first: cutover undo --run 1.",
    });
  });

  it("takes runs back newest first", async () => {
    const t = trial();
    const before = t.everything();
    await t.plan();
    await t.load();
    await t.disconnect();
    t.on("school", "UPDATE person SET given = 'Changed'");
    await t.plan();
    await t.load();
    await expect(t.undo(1)).rejects.toMatchObject({ code: "usage", remedy: "Undo run 2 first." });
    await t.undo(2);
    expect(t.rows("academy", "SELECT given FROM person WHERE login = 'anna'")).toEqual([{ given: "Anna" }]);
    await t.undo(1);
    expect(t.everything()).toEqual(before);
  });
});
