import * as fc from "fast-check";
import { expect, it } from "vitest";
import { beginExtraction, endExtraction, type Ledger } from "@cutover/ledger";
import { checkStaged, stageSource, type CheckCounts } from "@cutover/intake";
import type { EntityName } from "@cutover/model";
import { makeSide, memoryLedger, type Row } from "./handmade.js";

const key = fc.constantFrom("1", "2", "3", "4");
const perhaps = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one, { nil: null });
const day = fc.constantFrom("2020-05-01", "2024-02-29", "2025-12-30", "2026-01-15", "2027-06-01");
const moment = fc.oneof(
  day,
  day.map((d) => `${d}T10:00:00Z`),
);

/** What rows of an entity may say: little, so that they often repeat, contradict and refer to one another. */
const records: Partial<Record<EntityName, fc.Arbitrary<NonNullable<Row["record"]>>>> = {
  organization: fc.record({ name: fc.constantFrom("A", "B"), parent: perhaps(key) }),
  user: fc.record({
    status: fc.constantFrom("active", "deleted"),
    username: fc.constantFrom("ann", "Ann", "bob"),
    email: perhaps(fc.constantFrom("a@example.org", "b@example.org")),
    organization: perhaps(key),
    manager: perhaps(key),
    hireDate: perhaps(day),
    leaveDate: perhaps(day),
  }),
  course: fc.record({
    title: fc.constant("Course"),
    status: fc.constant("active"),
    code: perhaps(fc.constantFrom("C", "D")),
    equivalents: fc.uniqueArray(key, { maxLength: 2 }),
  }),
  certification: fc.record({ name: fc.constant("First aid"), validFor: perhaps(fc.constant("P1Y")) }),
  completion: fc.record({
    user: key,
    course: perhaps(key),
    status: fc.constantFrom("completed", "in_progress"),
    startedAt: perhaps(moment),
    completedAt: perhaps(moment),
  }),
  award: fc.record({ user: key, certification: key, issuedAt: day, expiresAt: perhaps(day) }),
};

const row = (record: fc.Arbitrary<NonNullable<Row["record"]>>): fc.Arbitrary<Row> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ key, record }) },
    { weight: 1, arbitrary: fc.record({ key, excluded: fc.constant("a-rule") }) },
  );

type Rows = Readonly<Record<string, readonly Row[]>>;
const rows: fc.Arbitrary<Rows> = fc.record(
  Object.fromEntries(
    Object.entries(records).map(([entity, record]) => [
      entity,
      // A key that came twice has all references looked at.
      fc.oneof(
        { weight: 9, arbitrary: fc.uniqueArray(row(record), { selector: (r) => r.key, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.array(row(record), { maxLength: 4 }) },
      ),
    ]),
  ),
);

interface Round {
  /** What the entities have now; absent: what they had. */
  readonly rows: Partial<Rows>;
  readonly now: string;
  /** Records by number of which the target is not known to hold what is staged. */
  readonly open: readonly number[];
  /** A person's answer. */
  readonly decision: { readonly record: number; readonly action: string; readonly value: string } | null;
}

const round: fc.Arbitrary<Round> = fc.record({
  rows: fc
    .tuple(rows, fc.subarray(Object.keys(records)))
    .map(([all, some]) => Object.fromEntries(some.map((entity) => [entity, all[entity]!]))),
  now: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
  open: fc.uniqueArray(fc.integer({ min: 1, max: 25 }), { maxLength: 4 }),
  decision: perhaps(
    fc.record({
      record: fc.integer({ min: 1, max: 20 }),
      action: fc.constantFrom("accept", "override", "exclude"),
      value: fc.constantFrom("2", "2024-03-01"),
    }),
  ),
});

interface Told {
  readonly counts: CheckCounts;
  readonly issues: readonly unknown[];
  readonly records: readonly unknown[];
  readonly leads: readonly unknown[];
}

/** Checks what is staged, and has it loaded. */
async function checked(
  ledger: Ledger,
  all: Rows,
  { now, open, decision }: Round,
  delta: boolean,
): Promise<Told> {
  const { db } = ledger;
  const extracts = Object.entries(all).map(([entity, list]) => ({
    mapping: entity,
    entity: entity as EntityName,
    rows: list,
  }));
  const extraction = beginExtraction(ledger);
  await stageSource(ledger, makeSide(ledger, { extracts }), { extraction, batchSize: 3 });
  endExtraction(ledger, extraction);
  if (decision !== null) {
    db.prepare(
      `INSERT INTO decision (record, code, action, field, value, by, at, because)
       SELECT i.record, i.code, @action, i.field, @value, 'R. Viewer', '2026-01-01T00:00:00Z', 'so it is'
       FROM issue i WHERE i.record = @record LIMIT 1`,
    ).run(decision);
  }
  const counts = checkStaged(ledger, { now, delta });
  const told = {
    counts,
    issues: db
      .prepare(
        "SELECT r.key, i.record, i.code, i.severity, i.stage, i.field, i.note, i.root FROM issue i JOIN record r ON r.id = i.record",
      )
      .all()
      .map((issue) => JSON.stringify(issue))
      .toSorted(),
    records: db
      .prepare(
        `SELECT id, key, CASE WHEN disposition IN ('flagged', 'excluded', 'merged') THEN disposition || ' ' || reason END AS held, canonical
         FROM record ORDER BY id`,
      )
      .all(),
    leads: [
      db.prepare(`SELECT id, "parentId" FROM organization ORDER BY id`).all(),
      db.prepare(`SELECT id, "organizationId", "managerId" FROM user ORDER BY id`).all(),
      db.prepare(`SELECT id, "userId", "courseId" FROM completion ORDER BY id`).all(),
      db.prepare(`SELECT id, "userId", "certificationId" FROM award ORDER BY id`).all(),
    ],
  };
  db.prepare(
    `UPDATE record SET disposition = coalesce(disposition, 'unchanged'),
       settled = CASE WHEN coalesce(disposition, 'unchanged') = 'unchanged' AND id NOT IN (SELECT value FROM json_each(?)) THEN 1 END
     WHERE gone IS NULL`,
  ).run(JSON.stringify(open));
  db.prepare(
    `INSERT INTO plan (digest, definition, staged, target, tool, scope, extraction, createdAt)
     VALUES ('', '', '', '', '', '', 0, ?)`,
  ).run(now);
  return told;
}

it("finds in a delta what it finds when it looks at everything", async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      round,
      fc.array(round, { minLength: 1, maxLength: 4 }),
      async (first, begin, later) => {
        const [some, all] = [memoryLedger(), memoryLedger()];
        let now = first;
        for (const [i, next] of [{ ...begin, rows: {} }, ...later].entries()) {
          now = { ...now, ...(next.rows as Rows) };
          const whole = await checked(all, now, next, false);
          expect(await checked(some, now, next, i > 0)).toEqual(whole);
        }
      },
    ),
    { numRuns: Number(process.env["RUNS"] ?? 60) },
  );
}, 120_000);

it("looks at everything where the clock was put back", async () => {
  const ledger = memoryLedger();
  const all: Rows = {
    user: [{ key: "1", record: { status: "active", username: "ann" } }],
    course: [{ key: "1", record: { title: "Course", status: "active" } }],
    completion: [
      { key: "1", record: { user: "1", course: "1", status: "completed", completedAt: "2026-01-15" } },
    ],
  };
  const nothing: Round = { rows: {}, now: "2027-01-01T00:00:00Z", open: [], decision: null };
  expect((await checked(ledger, all, nothing, false)).issues).toEqual([]);
  const before = await checked(ledger, all, { ...nothing, now: "2025-01-01T00:00:00Z" }, true);
  expect(before.counts.issues["completed-in-the-future"]).toBe(1);
});
