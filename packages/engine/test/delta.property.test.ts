import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Trial, type TrialOptions } from "./kit/trial.js";

const id = fc.integer({ min: 1, max: 7 });
const perhaps = fc.option(id, { nil: null });
const sql = (value: string | number | null): string =>
  value === null ? "NULL" : typeof value === "number" || value.startsWith("@") ? String(value) : `'${value}'`;

/** The source counts up; an edit may come in the same second as what was read last. */
const stamp = fc.constantFrom("@same", "@next");
const stamped = (edits: readonly string[], round: number): string =>
  edits
    .join(";\n")
    .replaceAll("@same", String(4 + round))
    .replaceAll("@next", String(5 + round));
const login = fc.constantFrom("ann", "bob", "cleo", "dora", "guest", "eve");
const number = fc.constantFrom("E1", "E2", "E3", "E4", null);
const personState = fc.constantFrom("on", "off", "gone");
const resultState = fc.constantFrom("done", "failed", "begun", "odd");
const given = fc.constantFrom("Ann", "Bea", "Forbidden", null);

const edit = fc.oneof(
  fc.tuple(id, login, number, given, personState, perhaps, perhaps, stamp).map(
    ([key, l, n, g, s, unit, boss, t]) =>
      `INSERT OR REPLACE INTO person (id, login, number, given, state, unit, boss, touched)
         VALUES (${[key, l, n, g, s, unit, boss, t].map(sql).join(", ")})`,
  ),
  fc
    .tuple(id, perhaps, stamp)
    .map(([key, boss, t]) => `UPDATE person SET boss = ${sql(boss)}, touched = ${t} WHERE id = ${key}`),
  fc
    .tuple(id, personState, stamp)
    .map(([key, s, t]) => `UPDATE person SET state = '${s}', touched = ${t} WHERE id = ${key}`),
  id.map((key) => `DELETE FROM person WHERE id = ${key}`),
  fc
    .tuple(
      id,
      id,
      id,
      resultState,
      fc.constantFrom("2024-01-01T00:00:00Z", "2024-05-01T00:00:00Z", null),
      stamp,
    )
    .map(
      ([key, person, lesson, s, finished, t]) =>
        `INSERT OR REPLACE INTO result (id, person, lesson, state, finished, touched)
         VALUES (${[key, person, lesson, s, finished, t].map(sql).join(", ")})`,
    ),
  fc
    .tuple(id, id, stamp)
    .map(([key, person, t]) => `UPDATE result SET person = ${person}, touched = ${t} WHERE id = ${key}`),
  id.map((key) => `DELETE FROM result WHERE id = ${key}`),
  fc
    .tuple(id, fc.constantFrom("A", "B", "C", null), perhaps)
    .map(
      ([key, code, parent]) =>
        `INSERT OR REPLACE INTO unit (id, code, name, parent) VALUES (${key}, ${sql(code)}, 'Unit ${key}', ${sql(parent)})`,
    ),
  id.map((key) => `DELETE FROM unit WHERE id = ${key}`),
  fc
    .tuple(id, fc.constantFrom("open", "closed", "odd"))
    .map(
      ([key, s]) =>
        `INSERT OR REPLACE INTO lesson (id, code, title, state) VALUES (${key}, 'L${key}', 'Lesson ${key}', '${s}')`,
    ),
  id.map((key) => `DELETE FROM lesson WHERE id = ${key}`),
);
const edits = (one: typeof edit, least: number, most: number): fc.Arbitrary<string[]> =>
  fc.array(one, { minLength: least, maxLength: most });

/** What another source says of the same people. */
const staffNumber = fc.constantFrom("E1", "E2", "E3", "E9");
const staffEdit = fc.oneof(
  fc
    .tuple(staffNumber, fc.constantFrom("Boss", "Cook", null), fc.constantFrom("Arc", null))
    .map(
      ([n, title, family]) =>
        `INSERT OR REPLACE INTO staff (number, title, family) VALUES ('${n}', ${sql(title)}, ${sql(family)})`,
    ),
  staffNumber.map((n) => `DELETE FROM staff WHERE number = '${n}'`),
);

const first = `
  INSERT INTO unit (id, code, name, parent) VALUES (1, 'A', 'Unit 1', NULL), (2, 'B', 'Unit 2', 1);
  INSERT INTO person (id, login, number, unit, boss, touched) VALUES (1, 'ann', 'E1', 2, NULL, 4), (2, 'bob', 'E2', 1, 1, 5), (3, 'guest', NULL, NULL, NULL, 5);
  INSERT INTO lesson (id, code, title) VALUES (1, 'L1', 'Lesson 1'), (2, 'L2', 'Lesson 2');
  INSERT INTO result (id, person, lesson, finished, touched) VALUES (1, 1, 1, '2024-01-01T00:00:00Z', 4), (2, 2, 1, '2024-01-01T00:00:00Z', 5), (3, 2, 2, NULL, 5);
`;

type Way = "whole" | "delta" | "reconciled";

interface Round {
  readonly source: readonly string[];
  /** What people do in the target when the plan is made. */
  readonly target: readonly string[];
}

/** Migrates a source and then what changed in it, time after time; returns the target and every record's end. */
async function migrated(
  before: readonly string[],
  rounds: readonly Round[],
  way: Way,
  options: TrialOptions,
) {
  const t = new Trial({ ...options, source: `${first};${stamped(before, 0)}`, batchSize: 3 });
  try {
    await t.plan();
    let { run } = await t.load();
    const told: unknown[] = [];
    for (const [i, { source, target }] of rounds.entries()) {
      await t.disconnect();
      if (way === "reconciled") await t.reconciled(run);
      await t.disconnect();
      t.on("school", stamped(source, i + 1));
      await t.plan({ delta: way === "delta" });
      expect(t.lookedAtTarget).toBe(way !== "reconciled");
      t.on("academy", target.join(";\n"));
      const loaded = await t.load();
      ({ run } = loaded);
      told.push({ balanced: loaded.balanced, ends: t.ends().toSorted(), target: t.meaning() });
    }
    return told;
  } finally {
    await t.close();
  }
}

const runs = (usually: number): number => Number(process.env["RUNS"] ?? usually);

interface Case {
  readonly where: string;
  readonly one: typeof edit;
  readonly numRuns: number;
  readonly options: TrialOptions;
}

const enrich = {
  user: { from: "payroll", fields: ["jobTitle", "familyName"], unmatched: "exclude" },
} as const;
const both = fc.oneof(edit, staffEdit);
const cases: readonly Case[] = [
  { where: "in the source", one: edit, numRuns: runs(12), options: {} },
  {
    where: "in one of two sources of the same people",
    one: both,
    numRuns: runs(6),
    options: { payroll: true },
  },
  {
    where: "in the source, or in the one that enriches it",
    one: both,
    numRuns: runs(6),
    options: { payroll: true, policy: { enrich } },
  },
];

describe("a delta", () => {
  it.each(cases)(
    "does what a full plan does, whatever happened $where",
    async ({ one, numRuns, options }) => {
      const rounds = fc.array(edits(one, 1, 6), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(edits(one, 0, 8), rounds, async (before, then) => {
          const changes = then.map((source) => ({ source, target: [] }));
          const whole = await migrated(before, changes, "whole", options);
          expect(await migrated(before, changes, "delta", options)).toEqual(whole);
        }),
        { numRuns },
      );
    },
  );
});

const targetEdit = fc.oneof(
  fc
    .tuple(login, fc.constantFrom("Cook", null))
    .map(([l, job]) => `UPDATE person SET job = ${sql(job)} WHERE login = '${l}'`),
  login.map((l) => `INSERT OR IGNORE INTO person (login, number) VALUES ('${l}', 'E2')`),
  login.map((l) => `UPDATE person SET login = 'x' || login WHERE login = '${l}'`),
  id.map((key) => `DELETE FROM result WHERE id = ${key}`),
  fc.tuple(id, id).map(
    ([person, course]) =>
      `INSERT OR IGNORE INTO result (person, course, passed) SELECT ${person}, ${course}, 1
         WHERE EXISTS (SELECT 1 FROM person WHERE id = ${person}) AND EXISTS (SELECT 1 FROM course WHERE id = ${course})`,
  ),
);

describe("a plan of a target that is as it was reconciled", () => {
  it.each(cases)(
    "does what one does that looks at every record, whatever happened $where, and in the target since",
    async ({ one, numRuns, options }) => {
      const round = fc.record({ source: edits(one, 0, 6), target: fc.array(targetEdit, { maxLength: 3 }) });
      const rounds = fc.array(round, { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(edits(one, 0, 8), rounds, async (before, changes) => {
          const whole = await migrated(before, changes, "whole", options);
          expect(await migrated(before, changes, "reconciled", options)).toEqual(whole);
        }),
        { numRuns },
      );
    },
  );
});
