import { describe, expect, it } from "vitest";
import type { Trial } from "../../engine/test/kit/trial.js";
import { trial } from "../../engine/test/kit/trials.js";
import { reconcile, type Reconciliation } from "../src/index.js";

/** Reads the target back through connections of its own, as a later process would. */
async function readBack(t: Trial, run = 1): Promise<Reconciliation> {
  const { sources } = t;
  await t.disconnect();
  t.sources = sources;
  const { side: target, loader: rows } = await t.target();
  try {
    return await reconcile({ ledger: t.ledger, sources, target, rows, run });
  } finally {
    await t.disconnect();
    t.sources = sources;
  }
}

async function loaded(options: Parameters<typeof trial>[0] = {}): Promise<Trial> {
  const t = trial(options);
  await t.plan();
  await t.load();
  return t;
}

const differences = (t: Trial): readonly unknown[] =>
  t.ledger.db
    .prepare(
      `SELECT d.entity, r.key, d.verdict, d.field, d.rule, d.source, d.projected, d.target FROM difference d
       LEFT JOIN record r ON r.id = d.record WHERE d.verdict <> 'explained' ORDER BY d.id`,
    )
    .all();

describe("reconciliation", () => {
  it("matches what was loaded, and explains what the target cannot hold", async () => {
    const t = await loaded();
    const result = await readBack(t);
    expect(result.verdict).toBe("match");
    expect(result.entities).toEqual({
      organization: { source: 3, target: 3, equal: 3, explained: 0, different: 0, missing: 0, unexpected: 0 },
      user: { source: 3, target: 3, equal: 2, explained: 1, different: 0, missing: 0, unexpected: 0 },
      course: { source: 3, target: 3, equal: 3, explained: 0, different: 0, missing: 0, unexpected: 0 },
      completion: { source: 4, target: 4, equal: 3, explained: 1, different: 0, missing: 0, unexpected: 0 },
    });
    const explained = t.ledger.db
      .prepare(
        "SELECT DISTINCT entity, field, rule FROM difference WHERE verdict = 'explained' ORDER BY entity, field",
      )
      .all();
    expect(explained).toEqual([
      {
        entity: "completion",
        field: "status",
        rule: expect.stringContaining("The academy knows passed or not."),
      },
      { entity: "user", field: "username", rule: expect.stringContaining("It is written in small letters") },
    ]);
    expect(result.totals.length).toBeGreaterThan(8);
    expect(result.totals.filter(({ ties }) => ties !== true)).toEqual([]);
  });

  it("tells what came with the load from what the target had before", async () => {
    const t = await loaded({
      target: `
        INSERT INTO person (number, login, given, family, job) VALUES ('E1', 'anna', 'Ann', 'Old', 'Chief'), ('E77', 'zoe', 'Zoe', 'Zed', NULL);
        INSERT INTO course (code, title, open) VALUES ('FIRE', 'Fire', 0);
        INSERT INTO result (person, course, passed, finished, score) VALUES (1, 1, 0, 1500000000, 5), (2, 1, 1, 1600000000, 66.25)`,
    });
    const result = await readBack(t);
    expect(result.verdict).toBe("match");
    expect(result.entities.user).toMatchObject({ source: 3, target: 4, different: 0, unexpected: 0 });
    expect(result.entities.completion).toMatchObject({ source: 4, target: 5, unexpected: 0 });
    expect(result.others.map(({ entity, what, records }) => [entity, what, records])).toEqual([
      ["user", "there before", 1],
      ["completion", "there before", 1],
    ]);
    expect(result.totals.filter(({ ties }) => ties === false)).toEqual([]);
  });

  it("says whose records are in the target beside those that were loaded", async () => {
    const t = await loaded();
    t.ledger.db.exec(
      `UPDATE record SET disposition = 'flagged', applied = NULL WHERE key = '3'
         AND mapping IN (SELECT id FROM mapping WHERE entity = 'completion')`,
    );
    const { entities, others } = await readBack(t);
    expect(entities.completion).toMatchObject({ source: 3, target: 4, unexpected: 0 });
    expect(others).toEqual([
      {
        entity: "completion",
        what: "held back",
        records: 1,
        sentence: expect.stringMatching(/^one more is in the target: its record was held back/),
      },
    ]);
  });

  it("says how many loaded records have their counterpart together with another", async () => {
    const t = trial({
      source: `INSERT INTO person (id, login, mail, family) VALUES (1, 'c1', 'c@x.example', 'Cas'), (2, 'c2', 'c@x.example', 'Cas')`,
      target: `INSERT INTO person (login, mail, family) VALUES ('cleo', 'c@x.example', 'Cas')`,
    });
    await t.plan();
    t.ledger.db.exec(
      `INSERT INTO decision (record, code, action, value, by, at, because) SELECT id, 'ambiguous-match', 'match', '1', 'Ada', 'now', 'Both are Cleo.' FROM "user"`,
    );
    await t.plan();
    await t.load();
    const { entities, others } = await readBack(t);
    expect(entities.user).toMatchObject({ source: 2, target: 1, missing: 0, unexpected: 0 });
    expect(others).toMatchObject([{ entity: "user", what: "shared", records: 1 }]);
  });

  it("finds rows that share the key of another one", async () => {
    const t = await loaded();
    t.on(
      "academy",
      `CREATE TABLE doubled AS SELECT * FROM course; DROP TABLE course; ALTER TABLE doubled RENAME TO course;
       INSERT INTO course SELECT id, code, 'Another', category, open FROM course WHERE code <> 'SQL'`,
    );
    const result = await readBack(t);
    expect(result.verdict).toBe("mismatch");
    expect(result.entities.course).toMatchObject({ source: 3, target: 5, missing: 0, unexpected: 2 });
    expect(differences(t)).toContainEqual(
      expect.objectContaining({
        entity: "course",
        verdict: "unexpected",
        rule: "rows that have the key of another one",
      }),
    );
  });

  it("finds what a lying trigger wrote, record and field", async () => {
    const t = trial();
    t.on(
      "academy",
      `CREATE TRIGGER lie AFTER INSERT ON result WHEN NEW.score = 90 BEGIN
      UPDATE result SET score = 91 WHERE id = NEW.id; END`,
    );
    await t.plan();
    await t.load();
    const result = await readBack(t);
    expect(result.verdict).toBe("mismatch");
    expect(result.entities.completion).toMatchObject({ different: 1, missing: 0 });
    expect(differences(t)).toEqual([
      {
        entity: "completion",
        key: "3",
        verdict: "different",
        field: "score",
        rule: null,
        source: "90",
        projected: "90",
        target: "91",
      },
    ]);
    const untied = result.totals.filter(({ ties }) => ties === false);
    expect(untied.map(({ measure, expected, after }) => ({ measure, expected, after }))).toEqual([
      { measure: "sum_score", expected: "90", after: "91" },
    ]);
  });

  it("finds what is missing and what nobody loaded", async () => {
    const t = await loaded();
    t.on(
      "academy",
      "DELETE FROM result WHERE id = 1; INSERT INTO org (code, name) VALUES ('X', 'Unexpected')",
    );
    const result = await readBack(t);
    expect(result.verdict).toBe("mismatch");
    expect(result.entities.completion).toMatchObject({ source: 4, missing: 1, equal: 2, explained: 1 });
    expect(result.entities.organization).toMatchObject({ source: 3, target: 4, unexpected: 1 });
    expect(differences(t)).toHaveLength(2);
    expect(result.totals.some(({ ties }) => ties === false)).toBe(true);
  });

  it("matches by record and still fails where the control totals do not tie", async () => {
    const t = await loaded();
    // Rows that the extract does not see and the plain query does.
    t.ledger.db
      .exec(`UPDATE total SET value = value + 1 WHERE moment = 'source' AND measure = 'count' AND entity = 'completion' AND grouping LIKE '%2024%passed%' OR
      moment = 'source' AND measure = 'count' AND entity = 'completion' AND grouping LIKE '%passed%2024%'`);
    const result = await readBack(t);
    expect(
      Object.values(result.entities).every(
        ({ different, missing, unexpected }) => different + missing + unexpected === 0,
      ),
    ).toBe(true);
    expect(result.verdict).toBe("mismatch");
    expect(result.totals.filter(({ ties }) => ties === false)).toMatchObject([
      { measure: "count", grouping: { status: "passed", year: "2024" }, source: "2", ledger: "1" },
    ]);
  });

  it("ties the figures of references by their keys", async () => {
    const t = await loaded();
    const { totals } = await readBack(t);
    const people = totals.filter(({ entity }) => entity === "user");
    expect(people.map(({ ties }) => ties)).not.toContain(false);
    // The source calls them 1 to 3, and the target as well; whom it does not take is in no team.
    expect(
      people.map(({ grouping, source, after, ties }) => [grouping["organization"], source, after, ties]),
    ).toEqual([
      ["1", "1", "1", true],
      ["2", "1", "1", true],
      ["3", "1", "1", true],
      ["", "2", null, true],
    ]);
  });

  it("does not take for a tie what could not be compared", async () => {
    const t = await loaded();
    // Somebody was left out before anything was mapped: whose group that is, the ledger does not know.
    t.ledger.db.exec(
      `UPDATE total SET value = value + 1 WHERE moment = 'source' AND entity = 'user' AND grouping LIKE '%"2"%'`,
    );
    const result = await readBack(t);
    expect(result.verdict).toBe("match");
    expect(result.totals.filter(({ ties }) => ties !== true)).toMatchObject([
      {
        entity: "user",
        grouping: { organization: "2" },
        atSource: "not comparable",
        atTarget: "ties",
        ties: null,
      },
    ]);
  });

  it("explains a reference that was left out because what it refers to is not in the target", async () => {
    const t = await loaded({
      source: `INSERT INTO person (id, number, login, boss) VALUES (1, 'E1', 'anna', 2), (2, 'E2', 'guest', NULL)`,
    });
    const result = await readBack(t);
    expect(result.verdict).toBe("match");
    expect(t.ledger.db.prepare("SELECT field, rule FROM difference").all()).toEqual([
      { field: "manager", rule: "What it refers to is not in the target." },
    ]);
  });

  it("is written into the chain, figures and all", async () => {
    const t = await loaded();
    const result = await readBack(t);
    const body = t.ledger.db
      .prepare("SELECT body FROM event WHERE kind = 'reconciled'")
      .pluck()
      .get() as string;
    expect(JSON.parse(body)).toMatchObject({
      reconciliation: 1,
      verdict: "match",
      entities: result.entities,
    });
    expect(t.ledger.db.prepare("SELECT verdict, run FROM reconciliation").get()).toEqual({
      verdict: "match",
      run: 1,
    });
  });
});
