import { describe, expect, it } from "vitest";
import { Trial, type TrialOptions } from "./kit/trial.js";

/** Three people, and what each came to: the target knows no waived result. */
const source = `
  INSERT INTO person (id, number, login, mail, given, family, state) VALUES
    (1, 'E1', 'anna', 'a@x.example', 'Anna', 'Arc', 'on'),
    (2, 'E2', 'bo', 'b@x.example', 'Bo', 'Bell', 'on'),
    (3, 'E3', 'carl', 'c@x.example', 'Carl', 'Coe', 'on');
  INSERT INTO lesson (id, code, title, state) VALUES (1, 'L1', 'One', 'open'), (2, 'L2', 'Two', 'open');
  INSERT INTO result (id, person, lesson, state, finished, score) VALUES
    (1, 1, 1, 'done', '2024-01-01T00:00:00Z', 50),
    (2, 2, 1, 'done', '2024-01-02T00:00:00Z', 60),
    (3, 3, 1, 'begun', '2024-01-03T00:00:00Z', NULL),
    (4, 3, 2, 'failed', '2024-01-04T00:00:00Z', 70),
    (5, 1, 2, 'done', '2024-01-05T00:00:00Z', 80);`;

const issues = "SELECT record, code, severity, stage, field, note, root FROM issue ORDER BY 1, 2, 5, 6";

const waived = {
  system: "school",
  file: "inbound/completions.yaml",
  from: "begun: in_progress",
  to: "begun: waived",
};

/** Of several results of a person in a course, all are kept. */
const eachResult = {
  system: "academy",
  file: "outbound/completions.yaml",
  from: `one:
  by: [user, course]
  keep:
    - status: [passed, failed, in_progress]
    - completedAt: desc
  rule: one-result
  because: The academy keeps one result a person and course.
`,
  to: "",
};

/**
 * How records end that are planned, and planned again when a person said that the last one was waived, too, and
 * the second of the people has a name that the target has no room for.
 */
async function planned(options: TrialOptions): Promise<unknown> {
  const t = new Trial({ source, ...options });
  t.edits = [waived, eachResult];
  try {
    await t.plan();
    const told = () => ({ ends: t.ends("completion"), issues: t.ledger.db.prepare(issues).all() });
    const first = told();
    t.ledger.db.exec(
      `INSERT INTO decision (record, code, action, field, value, by, at, because)
       SELECT max(id), 'bad-code', 'override', 'status', 'waived', 'Ada', 'now', 'She was told so.' FROM completion`,
    );
    await t.disconnect();
    t.on("school", `UPDATE person SET login = '${"b".repeat(31)}' WHERE id = 2`);
    await t.plan();
    return { first, again: told() };
  } finally {
    await t.close();
  }
}

const ends = (second: string, last: string): readonly string[] =>
  ["created", second, "flagged (no-target-value)", "created", last].map(
    (end, i) => `completion ${i + 1}: ${end}`,
  );

describe("records that are tried beside", () => {
  it("end as they do one by one: what the target does not take, what refers to nothing there, and what a person changed meanwhile", async () => {
    const expected = await planned({ oneByOne: true });
    expect(expected).toMatchObject({
      first: { ends: ends("created", "created") },
      again: { ends: ends("flagged (dependent)", "flagged (no-target-value)") },
    });
    expect(await planned({})).toEqual(expected);
    expect(await planned({ ahead: true })).toEqual(expected);
  });
});
