import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decision, happenings, last, sourceSql, staffSql, withdrawn, type Happening } from "./kit/changes.js";
import { World, sights } from "./kit/world.js";

const seed = Number(process.env["SEED"] ?? 1);
const runs = (usually: number): number => Number(process.env["RUNS"] ?? usually);

const cases = [
  { where: "one source", options: {}, source: sourceSql },
  {
    where: "two sources of the same people",
    options: { payroll: true },
    source: fc.oneof({ weight: 3, arbitrary: sourceSql }, staffSql),
  },
  {
    where: "a source that another one enriches",
    options: { enrich: true },
    source: fc.oneof({ weight: 3, arbitrary: sourceSql }, staffSql),
  },
] as const;

const plan = (delta = false, wave: readonly string[] = []): Happening => ({ kind: "plan", delta, wave });
const run: Happening = { kind: "run", dies: null, when: "before" };
const reconciled: Happening = { kind: "reconcile" };
const decide = (sql: string): Happening => ({ kind: "decide", sql });
const source = (sql: string): Happening => ({ kind: "source", sql });
const target = (sql: string): Happening => ({ kind: "target", sql });
const moved = [plan(), run];

/** Ways in which something went unnoticed, or could have. */
const found: Readonly<Record<string, readonly Happening[]>> = {
  "warns again of a superior whom nobody read": [
    source("UPDATE person SET boss = 99, touched = @now WHERE id = 2"),
    ...moved,
    plan(),
    run,
    plan(true),
    run,
  ],
  "knows who takes what a plan for others had left out": [
    ...moved,
    plan(false, ["B"]),
    plan(true),
    run,
    reconciled,
  ],
  "knows what contradicted itself for the length of a plan": [
    ...moved,
    source("INSERT INTO person (id, number, login, touched) VALUES (4, 'E4', 'cleo', @now)"),
    plan(),
    source("DELETE FROM person WHERE id = 4 AND state IS NULL"),
    plan(true),
    run,
    reconciled,
  ],
  "leaves out by its rule what a person left out for a while, too": [
    source("UPDATE person SET login = 'guest', touched = @now WHERE id = 2"),
    plan(),
    decide(decision("user", 2, "'unmapped-value', 'exclude', NULL, NULL")),
    plan(),
    decide(withdrawn("user", 2)),
    plan(),
  ],
  "merges what a rule leaves out with nothing, whoever it was merged with before": [
    plan(),
    decide(decision("user", 2, "'duplicate-key', 'merge', NULL, '4'")),
    plan(),
    source("UPDATE person SET login = 'guest', touched = @now WHERE id = 2"),
    plan(),
    source("DELETE FROM person WHERE id = 4"),
    plan(),
  ],
  "finds what the target would not take": [
    { kind: "edit", which: 9 },
    source(
      "INSERT INTO result (id, person, lesson, state, touched) VALUES (7, 1, 2, 'begun', @now), (8, 4, 3, 'begun', @now)",
    ),
    plan(),
    run,
    reconciled,
    source("INSERT INTO result (id, person, lesson, state, touched) VALUES (9, 5, 1, 'begun', @now)"),
    plan(),
  ],
  "knows what a person is called since a load wrote it, whom another one was taken for": [
    target("INSERT INTO person (login, number) VALUES ('dora', 'E2')"),
    ...moved,
    reconciled,
    plan(),
    run,
    plan(true),
  ],
  "knows a definition that was changed and put back": [
    ...moved,
    { kind: "edit", which: 8 },
    plan(),
    { kind: "edit", which: 8 },
    plan(true),
    run,
    reconciled,
  ],
};

describe("what is not done again", () => {
  it.each(Object.entries(found))("%s", async (_, all) => {
    const { remembered, forgetful } = await sights([...all, ...last], {});
    expect(remembered).toEqual(forgetful);
  });

  it("comes to the same end where a delta trusted a target that others had changed", async () => {
    await fc.assert(
      fc.asyncProperty(happenings(sourceSql), async (all) => {
        const { remembered, forgetful } = await sights([...all, ...last, ...last], { trusting: true });
        expect(remembered).toEqual(forgetful);
      }),
      { numRuns: runs(2), seed },
    );
  });

  it("leaves nothing to be written where a delta reconciles, however much it trusted", async () => {
    await fc.assert(
      fc.asyncProperty(happenings(sourceSql), async (all) => {
        const world = new World(false, { trusting: true });
        try {
          for (const one of [...all, plan(true), run, reconciled]) await world.does(one);
          expect(await world.leftOver()).toEqual([]);
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs(2), seed },
    );
  });

  it.each(cases)("makes no difference, whatever happens to $where", async ({ options, source }) => {
    await fc.assert(
      fc.asyncProperty(happenings(source), async (all) => {
        const { remembered, forgetful } = await sights([...all, ...last], options);
        expect(remembered).toEqual(forgetful);
      }),
      { numRuns: runs(2), seed },
    );
  });
});
