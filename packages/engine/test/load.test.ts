import { describe, expect, it } from "vitest";
import { approve } from "../src/index.js";
import { trial } from "./kit/trials.js";

const batches = "SELECT COUNT(*) FROM batch";

describe("a load", () => {
  it("brings every record to the end the plan gave it", async () => {
    const t = trial();
    const plan = await t.plan();
    const planned = t.ends();
    expect(planned).toContain("user 4: excluded (guest)");
    expect(planned).toContain("user 5: excluded (deleted-person)");
    expect(planned).toContain("completion 2: excluded (one-result)");
    expect(planned.filter((end) => end.endsWith(": created"))).toHaveLength(13);

    const result = await t.load();
    expect(t.ends()).toEqual(planned);
    expect(result).toMatchObject({
      run: 1,
      kind: "rehearsal",
      balanced: true,
      state: "finished",
      resumed: false,
    });
    expect(result.entities).toEqual(Object.fromEntries(plan.entities));
    expect(t.meaning()).toMatchSnapshot();
  });

  it("gives the same digest to the same plan, and another one to other data", async () => {
    const t = trial();
    const first = await t.plan();
    expect((await t.plan()).digest).toBe(first.digest);
    t.on("school", "UPDATE person SET family = 'Other' WHERE id = 1");
    await t.disconnect();
    expect((await t.plan()).digest).not.toBe(first.digest);
  });

  it("changes nothing when it is run again", async () => {
    const t = trial();
    await t.plan();
    const first = await t.load();
    const held = t.everything();
    expect(await t.load()).toMatchObject({ run: first.run, state: "finished" });
    expect(t.everything()).toEqual(held);

    await t.disconnect();
    const again = await t.plan();
    expect([...again.entities.values()].every(({ created, updated }) => created + updated === 0)).toBe(true);
    const written = t.ledger.db.prepare(batches).pluck().get();
    await t.load();
    expect(t.ledger.db.prepare(batches).pluck().get()).toBe(written);
    expect(t.everything()).toEqual(held);
  });

  it("writes what changed in the source, column by column", async () => {
    const t = trial();
    await t.plan();
    await t.load();
    await t.disconnect();
    t.on(
      "school",
      'UPDATE person SET mail = \'new@x.example\', boss = 2, extra = \'{"Car":"green","Desk":"4"}\' WHERE id = 1',
    );
    t.on("academy", "UPDATE person SET seen = 77 WHERE login = 'anna'");
    await t.plan();
    expect(t.ends("user")[0]).toBe("user 1: updated");
    await t.load();
    const [anna] = t.rows(
      "academy",
      "SELECT p.mail, p.seen, b.login AS boss FROM person p JOIN person b ON b.id = p.boss WHERE p.login = 'anna'",
    );
    expect(anna).toEqual({ mail: "new@x.example", seen: 77, boss: "bob" });
    const changes = t.ledger.db
      .prepare(
        `SELECT s."table", s.operation, s.columns FROM written w JOIN shape s ON s.id = w.shape JOIN batch b ON b.id = w.batch WHERE b.run = 2 ORDER BY w.batch, w.n`,
      )
      .all();
    expect(changes).toContainEqual({ table: "person", operation: "update", columns: '["mail","boss"]' });
    expect(changes).toContainEqual({ table: "profile", operation: "update", columns: '["value"]' });
  });

  it("fills references that form a circle in a second pass", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login, boss) VALUES (1, 'A', 'a', 2), (2, 'B', 'b', 3), (3, 'C', 'c', 1)`,
      batchSize: 1,
    });
    await t.plan();
    await t.load();
    expect(
      t.rows(
        "academy",
        "SELECT p.login, b.login AS boss FROM person p JOIN person b ON b.id = p.boss ORDER BY 1",
      ),
    ).toEqual([
      { login: "a", boss: "b" },
      { login: "b", boss: "c" },
      { login: "c", boss: "a" },
    ]);
    expect(t.ledger.db.prepare("SELECT COUNT(*) FROM deferred").pluck().get()).toBe(0);
    expect(t.ledger.db.prepare("SELECT COUNT(*) FROM batch WHERE pass = 2").pluck().get()).toBe(2);
  });

  it("finds the one record the target refuses, flags it and what hangs on it, and loads the rest", async () => {
    const people = Array.from(
      { length: 40 },
      (_, i) => `(${i + 1}, 'E${i + 1}', 'p${i + 1}', ${i === 22 ? "'Forbidden'" : "'Fine'"})`,
    );
    const t = trial({
      source: `
        INSERT INTO person (id, number, login, given) VALUES ${people.join(", ")};
        INSERT INTO lesson (id, code, title) VALUES (1, 'L', 'Lesson');
        INSERT INTO result (id, person, lesson, finished) VALUES (1, 23, 1, '2024-01-01T00:00:00Z'), (2, 24, 1, '2024-01-01T00:00:00Z');
        UPDATE person SET boss = 23 WHERE id = 2`,
    });
    await t.plan();
    const result = await t.load();
    expect(result.entities.user).toMatchObject({ created: 39, flagged: 1 });
    expect(t.ends("user")[22]).toBe("user 23: flagged (target-rejected)");
    expect(t.ends("completion")).toEqual(["completion 1: flagged (dependent)", "completion 2: created"]);
    const issues = t.ledger.db
      .prepare("SELECT code, severity, field, root IS NOT NULL AS hangs FROM issue ORDER BY id")
      .all();
    expect(issues).toEqual([
      { code: "target-rejected", severity: "flag", field: null, hangs: 0 },
      { code: "dependent", severity: "warning", field: "manager", hangs: 0 },
      { code: "dependent", severity: "flag", field: "user", hangs: 1 },
    ]);
    expect(t.rows("academy", "SELECT COUNT(*) AS n, COUNT(boss) AS bosses FROM person")).toEqual([
      { n: 39, bosses: 0 },
    ]);
    expect(t.rows("academy", "SELECT COUNT(*) AS n FROM result")).toEqual([{ n: 1 }]);
  });

  it("comes to the same end in batches of any size, though what follows a refused record was computed beside it", async () => {
    const source = `INSERT INTO person (id, number, login, given) VALUES ${Array.from(
      { length: 24 },
      (_, i) => `(${i + 1}, 'E${i + 1}', 'p${i + 1}', '${[5, 6, 15].includes(i) ? "Forbidden" : "Fine"}')`,
    ).join(", ")};
      UPDATE person SET boss = CASE WHEN id % 2 THEN id - 1 ELSE 6 END WHERE id NOT IN (1, 6)`;
    const loaded = async (batchSize: number): Promise<unknown> => {
      const t = trial({ source, batchSize });
      await t.plan();
      await t.load();
      expect(t.rows("academy", "SELECT COUNT(*) AS n FROM person")).toEqual([{ n: 21 }]);
      // What is said of a refused record besides depends on which was tried first.
      const issues = `SELECT i.record, i.code, i.severity, i.field FROM issue i JOIN record r ON r.id = i.record
        WHERE i.severity = 'flag' OR r.disposition <> 'flagged' ORDER BY 1, 2, 4`;
      return [t.ends(), t.meaning(), t.ledger.db.prepare(issues).all()];
    };
    const whole = await loaded(100);
    for (const batchSize of [1, 2, 3, 5, 7]) expect(await loaded(batchSize), `${batchSize}`).toEqual(whole);
  });

  it("does not take records without a natural key for one another", async () => {
    const t = trial({
      source:
        "INSERT INTO unit (id, code, name) VALUES (1, NULL, 'One'), (2, NULL, 'Two'), (3, 'X', 'Three')",
    });
    await t.plan();
    await t.load();
    expect(t.rows("academy", "SELECT code, name FROM org ORDER BY id")).toEqual([
      { code: null, name: "One" },
      { code: null, name: "Two" },
      { code: "X", name: "Three" },
    ]);
  });

  it("flags a record whose natural key another one has in the target already, or gets in the same batch", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login) VALUES (1, 'E1', 'anna'), (2, NULL, 'bob')`,
      target: `INSERT INTO person (number, login) VALUES ('E9', 'anna')`,
    });
    await t.plan();
    expect(t.ends("user")[0]).toBe("user 1: flagged (conflicting-match)");
  });

  it("flags what does not fit the target while it plans", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login, given) VALUES (1, 'E1', 'a', '${"x".repeat(21)}')`,
    });
    await t.plan();
    expect(t.ends("user")).toEqual(["user 1: flagged (target-too-long)"]);
  });

  it("refuses what was not approved, and what a no was said to", async () => {
    const t = trial();
    const { digest } = await t.plan();
    await expect(t.load("production")).rejects.toMatchObject({ code: "not-approved" });
    approve(t.ledger, { digest, answer: "yes", by: "Ada", at: "2026-01-01T00:00:00Z", because: null });
    approve(t.ledger, { digest, answer: "no", by: "Bea", at: "2026-01-01T00:01:00Z", because: "Too early." });
    await expect(t.load("production")).rejects.toMatchObject({ code: "not-approved" });
    approve(t.ledger, { digest, answer: "yes", by: "Bea", at: "2026-01-01T00:02:00Z", because: null });
    expect(await t.load("production")).toMatchObject({ kind: "production", state: "finished" });
  });

  it("refuses production while a condition fails that must hold, and shows it in a rehearsal", async () => {
    const t = trial({ target: "UPDATE setting SET value = 'on'" });
    const { digest } = await t.plan();
    approve(t.ledger, { digest, answer: "yes", by: "Ada", at: "2026-01-01T00:00:00Z", because: null });
    await expect(t.load("production")).rejects.toMatchObject({
      code: "condition-fails",
      problems: [{ message: "mail-off: A load would mail every learner.", remedy: "Switch the mail off." }],
    });
    const { conditions } = await t.load("rehearsal");
    expect(conditions.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "mail-off fails",
      "counted to be signed",
    ]);
  });

  it("refuses a plan whose sources were read again, or whose decisions changed", async () => {
    const t = trial();
    await t.plan();
    t.ledger.db.exec(
      `INSERT INTO decision (record, code, action, by, at, because) SELECT MIN(id), 'x', 'exclude', 'a', 'b', 'c' FROM record`,
    );
    await expect(t.load()).rejects.toMatchObject({
      code: "stale-plan",
      problems: [{ message: "staged records or decisions were changed" }],
    });
  });

  it("flags a record whose counterpart changed since the plan, and loads the others", async () => {
    const t = trial({
      target: "INSERT INTO person (number, login, given) VALUES ('E1', 'anna', 'Ann'), ('E2', 'bob', 'Rob')",
    });
    await t.plan();
    expect(t.ends("user").slice(0, 2)).toEqual(["user 1: updated", "user 2: updated"]);
    t.on(
      "academy",
      "UPDATE person SET given = 'Bobby' WHERE login = 'bob'; UPDATE person SET seen = 5 WHERE login = 'anna'",
    );
    await t.load();
    expect(t.ends("user").slice(0, 2)).toEqual(["user 1: updated", "user 2: flagged (changed-since-plan)"]);
    expect(
      t.rows("academy", "SELECT login, given, seen FROM person WHERE login IN ('anna', 'bob') ORDER BY 1"),
    ).toEqual([
      { login: "anna", given: "Anna", seen: 5 },
      { login: "bob", given: "Bobby", seen: 0 },
    ]);
  });

  it("holds back what refers to a record that the target no longer has", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login) VALUES (1, 'E1', 'anna'), (2, 'E2', 'bob');
        INSERT INTO lesson (id, code, title) VALUES (1, 'L', 'Lesson')`,
    });
    await t.plan();
    await t.load();
    await t.disconnect();
    t.on(
      "school",
      "INSERT INTO result (id, person, lesson, finished) VALUES (1, 1, 1, '2024-01-01T00:00:00Z'), (2, 2, 1, '2024-01-01T00:00:00Z')",
    );
    await t.plan();
    t.on("academy", "DELETE FROM person WHERE login = 'anna'");
    const { balanced } = await t.load();
    expect(balanced).toBe(true);
    expect(t.ends("user")).toEqual(["user 1: flagged (changed-since-plan)", "user 2: unchanged"]);
    expect(t.ends("completion")).toEqual(["completion 1: flagged (dependent)", "completion 2: created"]);
    expect(t.rows("academy", "SELECT COUNT(*) AS n FROM result")).toEqual([{ n: 1 }]);
  });

  it("flags a record whose counterpart came into the target since the plan, by whatever key tells it", async () => {
    const t = trial();
    await t.plan();
    expect(t.ends("user").slice(0, 3)).toEqual(["user 1: created", "user 2: created", "user 3: created"]);
    t.on(
      "academy",
      `INSERT INTO person (number, login, mail, family) VALUES
        ('e1', 'a.arc', NULL, NULL), (NULL, 'b.bon', 'BOB@x.example', 'Bon'), (NULL, 'stranger', 's@x.example', 'Cas');
       INSERT INTO org (code, name) VALUES ('HQ', 'Headquarters')`,
    );
    const { balanced } = await t.load();
    expect(balanced).toBe(true);
    expect(t.ends("user").slice(0, 3)).toEqual([
      "user 1: flagged (changed-since-plan)",
      "user 2: flagged (changed-since-plan)",
      "user 3: created",
    ]);
    expect(t.ends("organization")[0]).toBe("organization 1: flagged (changed-since-plan)");
    expect(
      t.rows("academy", "SELECT login FROM person WHERE family IN ('Arc', 'Bon', 'Cas') ORDER BY 1"),
    ).toEqual([{ login: "b.bon" }, { login: "cleo" }, { login: "stranger" }]);
    // The next plan knows them; Cleo's organization is there now.
    await t.disconnect();
    await t.plan();
    expect(t.ends("user").slice(0, 3)).toEqual(["user 1: updated", "user 2: updated", "user 3: updated"]);
  });
});
