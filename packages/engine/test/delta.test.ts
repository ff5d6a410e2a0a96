import { describe, expect, it } from "vitest";
import { Crash, crashing } from "./kit/crashing.js";
import { trial } from "./kit/trials.js";

const people = Array.from({ length: 40 }, (_, i) => `(${i + 1}, 'p${i + 1}', 5)`).join(", ");
const many = `
  INSERT INTO person (id, login, touched) VALUES ${people};
  INSERT INTO lesson (id, code, title) VALUES (1, 'L1', 'One'), (2, 'L2', 'Two');
  INSERT INTO result (id, person, lesson, finished, touched)
    SELECT id, id, 1, '2024-01-01T00:00:00Z', 5 FROM person`;

async function loaded(policy = {}) {
  const t = trial({ source: many, batchSize: 3, policy });
  await t.plan();
  await t.load();
  await t.disconnect();
  return t;
}

const readOf = (t: ReturnType<typeof trial>, extract: string) => {
  const { counted, read, changed } = t.read.find((counts) => counts.extract === extract)!;
  return { counted, read, changed };
};

describe("a delta", () => {
  it("reads the rows that changed, and of the others only the keys", async () => {
    const t = await loaded();
    t.on("school", "UPDATE person SET given = 'Ann', touched = 6 WHERE id = 7");
    const plan = await t.plan({ delta: true });
    expect(readOf(t, "people")).toEqual({ counted: 40, read: 40, changed: 40 });
    expect(plan.entities.get("user")).toMatchObject({ updated: 1, unchanged: 39 });
    expect(JSON.parse(plan.scope)).toEqual({ delta: { run: 1 } });
    await t.load();
    await t.disconnect();

    t.on("school", "UPDATE person SET given = 'Bea', touched = 7 WHERE id = 8");
    await t.plan({ delta: true });
    // The greatest number that was seen is asked for too: something may have come with it since.
    expect(readOf(t, "people")).toEqual({ counted: 40, read: 40, changed: 2 });
    await t.load();
    expect(t.rows("academy", "SELECT login, given FROM person WHERE given IS NOT NULL ORDER BY 1")).toEqual([
      { login: "p7", given: "Ann" },
      { login: "p8", given: "Bea" },
    ]);
  });

  it.each([false, true])(
    "matches nothing that an undone run had made, and a plan since had seen (delta: %s)",
    async (delta) => {
      const t = await loaded();
      t.on(
        "school",
        `INSERT INTO person (id, login, touched) VALUES (41, 'new', 9);
       INSERT INTO result (id, person, lesson, finished, touched) VALUES (41, 41, 1, '2024-01-01T00:00:00Z', 9)`,
      );
      await t.plan({ delta: true });
      await t.load();
      await t.disconnect();
      await t.plan({ delta });
      await t.undo(2);
      await t.disconnect();
      t.now = "2999-01-01T00:00:00Z";
      const { entities } = await t.plan({ delta: true });
      expect(entities.get("user")).toMatchObject({ created: 1, unchanged: 40 });
      await t.load();
      expect(t.rows("academy", "SELECT COUNT(*) AS n FROM person WHERE login = 'new'")).toEqual([{ n: 1 }]);
      const orphans = "SELECT COUNT(*) AS n FROM result WHERE person NOT IN (SELECT id FROM person)";
      expect(t.rows("academy", orphans)).toEqual([{ n: 0 }]);
    },
  );

  it("misses nothing that came in the same second as what was read last", async () => {
    const t = await loaded();
    t.on("school", "UPDATE person SET given = 'Ann' WHERE id = 7");
    const { entities } = await t.plan({ delta: true });
    expect(entities.get("user")).toMatchObject({ updated: 1 });
  });

  it("reads an extract whole where a key turns up that nobody knows", async () => {
    const t = await loaded();
    t.on("school", "INSERT INTO person (id, login, touched) VALUES (99, 'late', 1)");
    const { entities } = await t.plan({ delta: true });
    expect(t.whole).toEqual(["people"]);
    expect(readOf(t, "people")).toEqual({ counted: 41, read: 41, changed: null });
    expect(entities.get("user")).toMatchObject({ read: 41, created: 1, unchanged: 40 });
  });

  it("asks the target only for what it plans, before the load too", async () => {
    const t = await loaded();
    t.on("school", "UPDATE person SET given = 'Ann', touched = 6 WHERE id = 7");
    t.on("academy", "UPDATE person SET family = 'Changed' WHERE login IN ('p7', 'p8')");
    await t.plan({ delta: true });
    t.on("academy", "UPDATE person SET family = 'Again' WHERE login IN ('p7', 'p8')");
    const { entities } = await t.load();
    expect(entities.user).toMatchObject({ flagged: 1, unchanged: 39 });
    expect(t.ends("user")[6]).toBe("user 7: flagged (changed-since-plan)");
  });

  it("finds what the source no longer has, and keeps its row in the target", async () => {
    const t = await loaded();
    t.on("school", "DELETE FROM result WHERE person = 7; DELETE FROM person WHERE id = 7");
    const { entities } = await t.plan({ delta: true });
    expect(entities.get("user")).toMatchObject({ read: 39, unchanged: 39 });
    await t.load();
    const issues = t.ledger.db.prepare(
      "SELECT r.key, i.severity FROM issue i JOIN record r ON r.id = i.record WHERE i.code = 'vanished' ORDER BY 1, i.id",
    );
    expect(issues.all()).toEqual([
      { key: "7", severity: "warning" },
      { key: "7", severity: "warning" },
    ]);
    expect(t.rows("academy", "SELECT COUNT(*) AS n FROM person")).toEqual([{ n: 40 }]);
  });

  it("flags what the source no longer has where the policy says so, and until it is back", async () => {
    const t = await loaded({ vanished: { user: "flag" } });
    const open = t.ledger.db.prepare("SELECT COUNT(*) FROM open_flag WHERE code = 'vanished'").pluck();
    t.on("school", "DELETE FROM person WHERE id = 40; DELETE FROM result WHERE id = 40");
    await t.plan({ delta: true });
    expect(open.get()).toBe(1);
    await t.load();
    await t.disconnect();
    await t.plan();
    expect(open.get()).toBe(1);
    await t.load();
    await t.disconnect();
    t.on("school", "INSERT INTO person (id, login, touched) VALUES (40, 'p40', 9)");
    const { entities } = await t.plan({ delta: true });
    expect(open.get()).toBe(0);
    expect(entities.get("user")).toMatchObject({ read: 40, created: 0, unchanged: 40 });
  });

  it("carries on what hangs on a record that lost its name in the target", async () => {
    const t = await loaded();
    t.on(
      "academy",
      "DELETE FROM result WHERE person = (SELECT id FROM person WHERE login = 'p7'); DELETE FROM person WHERE login = 'p7'",
    );
    t.on("school", "UPDATE person SET given = 'Ann', touched = 6 WHERE id = 7");
    await t.plan({ delta: true });
    await t.load();
    expect(
      t.rows("academy", "SELECT p.login FROM result r JOIN person p ON p.id = r.person WHERE p.login = 'p7'"),
    ).toHaveLength(1);
  });

  it("is killed at any batch, and resumes to the same end", async () => {
    const change = `
      UPDATE person SET given = 'Ann', touched = 6 WHERE id % 4 = 0;
      INSERT INTO person (id, login, boss, touched) VALUES (41, 'new', 4, 6);
      UPDATE result SET lesson = 2, touched = 6 WHERE id % 5 = 0`;
    const whole = await loaded();
    whole.on("school", change);
    await whole.plan({ delta: true });
    await whole.load();
    const batches = whole.ledger.db
      .prepare("SELECT COUNT(*) FROM batch WHERE run = 2")
      .pluck()
      .get() as number;
    expect(batches).toBeGreaterThan(3);
    for (let at = 1; at <= batches; at += 2) {
      const t = await loaded();
      t.on("school", change);
      t.wrap = (loader) => crashing(loader, at, at % 4 === 1 ? "before" : "after");
      await t.plan({ delta: true });
      await expect(t.load()).rejects.toBeInstanceOf(Crash);
      await t.disconnect();
      t.wrap = (loader) => loader;
      t.sources = [await t.side("school", "source", "school.db")];
      expect(await t.load()).toMatchObject({ state: "finished", resumed: true, balanced: true });
      expect(t.meaning()).toEqual(whole.meaning());
      expect(t.ends()).toEqual(whole.ends());
    }
  });

  it("is undone by itself, and what it did is planned again", async () => {
    const t = await loaded();
    const before = t.everything();
    t.on(
      "school",
      "UPDATE person SET given = 'Ann', touched = 6 WHERE id = 7; INSERT INTO person (id, login, touched) VALUES (41, 'new', 6)",
    );
    const first = await t.plan({ delta: true });
    await t.load();
    const after = t.meaning();
    await t.undo(2);
    expect(t.everything()).toEqual(before);
    await t.disconnect();
    t.now = "2099-01-01T00:00:00Z";
    const again = await t.plan({ delta: true });
    expect(Object.fromEntries(again.entities)).toEqual(Object.fromEntries(first.entities));
    await t.load();
    expect(t.meaning()).toEqual(after);
    await t.undo(3);
    await t.undo(1);
    await t.disconnect();
    await expect(t.plan({ delta: true })).rejects.toThrow("no run is finished");
  });

  it("is not taken where the last plan was stopped, for nobody knows what it saw", async () => {
    const t = await loaded();
    t.on("school", "ALTER TABLE result RENAME TO gone");
    await expect(t.plan({ delta: true })).rejects.toMatchObject({ code: "query-failed" });
    await t.disconnect();
    t.on("school", "ALTER TABLE gone RENAME TO result");
    await expect(t.plan({ delta: true })).rejects.toThrow("stopped before it was sealed");
    expect((await t.plan()).entities.get("completion")).toMatchObject({ unchanged: 40 });
  });
});
