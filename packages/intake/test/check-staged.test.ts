import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginExtraction, endExtraction, markFlagged, type Ledger } from "@cutover/ledger";
import { issueCodes, type CanonicalValue, type EntityName } from "@cutover/model";
import {
  checkStaged,
  flagDependents,
  recordRules,
  stageSource,
  uniqueRules,
  type CheckCounts,
  type CheckOptions,
} from "@cutover/intake";
import { addDuration } from "../src/check/rule-sql.js";
import { circlesIn } from "../src/check/circles.js";
import {
  completion,
  course,
  ends,
  flag,
  issuesOf,
  makeSide,
  memoryLedger,
  user,
  type Row,
} from "./handmade.js";

const now = "2026-01-01T00:00:00Z";

type Staged = Partial<Readonly<Record<EntityName, readonly Row[]>>>;

async function check(
  ledger: Ledger,
  rows: Staged,
  options: Partial<CheckOptions> = {},
): Promise<CheckCounts> {
  const extracts = (Object.entries(rows) as [EntityName, readonly Row[]][]).map(([entity, list]) => ({
    mapping: entity,
    entity,
    rows: list,
  }));
  const side = makeSide(ledger, { extracts });
  const extraction = beginExtraction(ledger);
  await stageSource(ledger, side, { extraction });
  endExtraction(ledger, extraction);
  return checkStaged(ledger, { now, ...options });
}

const issuesFor = async (rows: Staged): Promise<readonly string[]> => {
  const ledger = memoryLedger();
  await check(ledger, rows);
  return issuesOf(ledger);
};

const award = (key: string, record: Readonly<Record<string, CanonicalValue>> = {}): Row => ({
  key,
  record: { user: "1", certification: "1", issuedAt: "2024-01-31", ...record },
});
const certification = (key: string, record: Readonly<Record<string, CanonicalValue>> = {}): Row => ({
  key,
  record: { name: `Certification ${key}`, ...record },
});
const enrollment = (key: string, record: Readonly<Record<string, CanonicalValue>> = {}): Row => ({
  key,
  record: { user: "1", course: "1", role: "learner", status: "active", ...record },
});

const people = { user: [user("1", { hireDate: "2020-05-01" })], course: [course("1")] };

describe("references", () => {
  it("are resolved within the side, whatever the order of the rows", async () => {
    const ledger = memoryLedger();
    await check(ledger, {
      organization: [
        { key: "b", record: { name: "B", parent: "a" } },
        { key: "a", record: { name: "A" } },
      ],
      user: [user("2", { manager: "1", organization: "b" }), user("1")],
      course: [course("1")],
      completion: [completion("c", { user: "2" })],
    });
    expect(issuesOf(ledger)).toEqual([]);
    expect(
      ledger.db
        .prepare(
          `SELECT (SELECT key FROM record WHERE id = "userId"), (SELECT key FROM record WHERE id = "courseId") FROM completion`,
        )
        .raw()
        .get(),
    ).toEqual(["2", "1"]);
    expect(
      ledger.db
        .prepare(
          `SELECT (SELECT key FROM record WHERE id = "managerId"), (SELECT key FROM record WHERE id = "organizationId") FROM "user" ORDER BY id LIMIT 1`,
        )
        .raw()
        .get(),
    ).toEqual(["1", "b"]);
  });

  it("that lead nowhere flag where the record means nothing without them, and warn elsewhere", async () => {
    expect(
      await issuesFor({
        organization: [{ key: "a", record: { name: "A", parent: "none" } }],
        user: [user("1", { manager: "none", organization: "none" })],
        course: [course("1", { equivalents: ["1", "none"] })],
        certification: [certification("1", { course: "none" })],
        enrollment: [enrollment("e", { course: "none" })],
        completion: [completion("c", { user: "none" })],
        award: [award("w", { certification: "none" })],
      }),
    ).toEqual([
      "1 broken-reference warning course",
      "1 broken-reference warning equivalents",
      "1 broken-reference warning manager",
      "1 broken-reference warning organization",
      "a broken-reference warning parent",
      "c broken-reference flag user",
      "e broken-reference flag course",
      "w broken-reference flag certification",
    ]);
  });

  it("to a flagged or excluded record make the record wait, with that one as the root", async () => {
    const ledger = memoryLedger();
    await check(ledger, {
      user: [
        { ...user("1"), issues: [flag("bad-date", "hireDate")] },
        { key: "2", excluded: "guest" },
        user("3", { manager: "1" }),
      ],
      course: [course("1")],
      completion: [completion("c1"), completion("c2", { user: "2" }), completion("c3", { user: "3" })],
    });
    expect(issuesOf(ledger)).toEqual([
      "1 bad-date flag hireDate",
      "3 dependent warning manager",
      "c1 dependent flag user",
      "c2 dependent flag user",
    ]);
    expect(
      ledger.db
        .prepare(
          "SELECT key FROM record WHERE id IN (SELECT root FROM issue WHERE root IS NOT NULL) ORDER BY key",
        )
        .pluck()
        .all(),
    ).toEqual(["1", "2"]);
    // Matching may flag more.
    ledger.db.exec(
      `INSERT INTO issue (record, code, severity, stage) SELECT id, 'ambiguous-match', 'flag', 'match' FROM record WHERE key = '3'`,
    );
    markFlagged(ledger);
    expect(flagDependents(ledger)).toBe(1);
    expect(ends(ledger)).toContain("c3 1 flagged dependent");
  });

  it("to a repeated record mean the first of them", async () => {
    const ledger = memoryLedger();
    await check(ledger, { ...people, user: [user("1"), user("1")], completion: [completion("c")] });
    expect(ends(ledger).filter((e) => e.includes("flagged"))).toEqual([]);
    expect(
      ledger.db
        .prepare(`SELECT r.occurrence FROM completion e JOIN record r ON r.id = e."userId"`)
        .pluck()
        .get(),
    ).toBe(1);
  });

  it("in a circle are told for its members alone", async () => {
    expect(
      await issuesFor({
        organization: [
          { key: "a", record: { name: "A", parent: "b" } },
          { key: "b", record: { name: "B", parent: "a" } },
          { key: "c", record: { name: "C", parent: "a" } },
        ],
        user: [user("1", { manager: "1" }), user("2", { manager: "1" })],
      }),
    ).toEqual([
      "1 circular-reference warning manager",
      "a circular-reference flag parent",
      "b circular-reference flag parent",
      "c dependent warning parent",
    ]);
  });

  it("in a circle: the members are exactly the nodes that lead back to themselves", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.nat(12), fc.nat(12)), { selector: ([from]) => from }),
        (edges) => {
          const next = new Map(edges);
          const returns = (start: number): boolean => {
            let node = next.get(start);
            for (let i = 0; i <= next.size && node !== undefined && node !== start; i += 1)
              node = next.get(node);
            return node === start;
          };
          expect(new Set(circlesIn(next).flat())).toEqual(new Set([...next.keys()].filter(returns)));
        },
      ),
    );
  });
});

describe("rules", () => {
  const cases: readonly (readonly [name: string, rows: Staged, expected: readonly string[]])[] = [
    [
      "dates in an impossible order",
      {
        user: [user("1", { hireDate: "2020-05-02", leaveDate: "2020-05-01" })],
        course: [course("1", { startsAt: "2024-01-02", endsAt: "2024-01-01" })],
        certification: [certification("1")],
        enrollment: [enrollment("e", { startsAt: "2024-01-02T00:00:00Z", endsAt: "2024-01-01T00:00:00Z" })],
        completion: [completion("c", { startedAt: "2024-03-01T00:00:00Z" })],
        award: [award("w", { expiresAt: "2024-01-30" })],
      },
      [
        "1 date-order flag endsAt",
        "1 date-order flag leaveDate",
        "c date-order flag completedAt",
        "c dependent flag course",
        "c dependent flag user",
        "e date-order flag endsAt",
        "e dependent flag course",
        "e dependent flag user",
        "w date-order flag expiresAt",
        "w dependent flag user",
      ],
    ],
    [
      "what happened before the person was hired",
      {
        ...people,
        certification: [certification("1")],
        completion: [
          completion("c1", { completedAt: "2020-04-29T23:00:00Z" }),
          completion("c2", { completedAt: "2019-01-01", status: "waived" }),
          completion("c3", { completedAt: "2019-01-01", course: null, title: "First aid" }),
        ],
        award: [award("w", { issuedAt: "2020-04-01" })],
      },
      ["c1 before-hire flag completedAt", "w before-hire warning issuedAt"],
    ],
    [
      "what has happened only in the future",
      {
        ...people,
        certification: [certification("1")],
        completion: [
          completion("c1", { completedAt: "2026-01-01T00:00:01Z" }),
          completion("c2", { completedAt: "2026-01-03" }),
        ],
        award: [award("w", { issuedAt: "2027-01-01" })],
      },
      ["c1 future-date flag completedAt", "c2 future-date flag completedAt", "w future-date flag issuedAt"],
    ],
    [
      "awards that outlive their certification",
      {
        ...people,
        certification: [
          certification("1", { validFor: "P1Y1M" }),
          certification("2", { validFor: "P1Y", basis: "expiry" }),
        ],
        award: [
          award("w1", { expiresAt: "2025-03-02" }),
          award("w2", { expiresAt: "2025-03-01T00:00:00Z" }),
          award("w3", { certification: "2", expiresAt: "2025-06-30" }),
        ],
      },
      ["w1 outlives-rule flag expiresAt"],
    ],
    [
      "scores off their scale",
      {
        ...people,
        completion: [
          completion("c1", { score: "100.5", scoreMin: "0", scoreMax: "100" }),
          completion("c2", { score: "-1", scoreMin: "0" }),
          completion("c3", { score: "9", scoreMax: "10" }),
          completion("c4", { score: "1000" }),
        ],
      },
      ["c1 score-out-of-scale flag score", "c2 score-out-of-scale flag score"],
    ],
    [
      "statuses that contradict their dates",
      {
        ...people,
        completion: [
          completion("c1", { completedAt: null }),
          completion("c2", { completedAt: null, status: "failed" }),
          completion("c3", { status: "in_progress" }),
          completion("c4", { course: null }),
        ],
      },
      [
        "c1 required-field flag completedAt",
        "c3 check-failed warning completedAt",
        "c4 required-field flag course",
      ],
    ],
    [
      "values that have to be unique",
      {
        user: [
          user("1", { username: "Ärger", employeeId: "E1", email: "x@example.org" }),
          user("2", { username: "äRGER", employeeId: "e1", email: "X@example.org" }),
          user("3", { username: "Ärger", employeeId: "E1", email: "x@example.org", status: "deleted" }),
        ],
        course: [
          course("1", { code: "A", version: "1" }),
          course("2", { code: "A" }),
          course("3", { code: "A" }),
        ],
        certification: [
          certification("1", { code: "A", kind: "badge" }),
          certification("2", { code: "A", kind: "certificate" }),
          certification("3", { code: "A", kind: "badge" }),
        ],
      },
      [
        "1 duplicate-value flag code",
        "1 duplicate-value flag employeeId",
        "1 duplicate-value flag username",
        "1 duplicate-value warning email",
        "2 duplicate-value flag code",
        "2 duplicate-value flag employeeId",
        "2 duplicate-value flag username",
        "2 duplicate-value warning email",
        "3 duplicate-value flag code",
        "3 duplicate-value flag code",
      ],
    ],
  ];
  it.each(cases)("find %s", async (_name, rows, expected) => {
    expect(await issuesFor(rows)).toEqual(expected);
  });

  it("raise no false alarm on a sound history", async () => {
    expect(
      await issuesFor({
        organization: [{ key: "a", record: { name: "A" } }],
        user: [
          user("1", {
            hireDate: "2020-05-01",
            leaveDate: "2025-05-01",
            organization: "a",
            manager: "2",
            employeeId: "E1",
          }),
          user("2", { email: "x@example.org", employeeId: "E2" }),
          user("3", { status: "deleted", hireDate: "2020-01-01", leaveDate: "2019-01-01" }),
        ],
        course: [
          course("1", { code: "A", startsAt: "2020-01-01", endsAt: "2020-01-01" }),
          course("2", { code: "B" }),
        ],
        certification: [certification("1", { validFor: "P1Y" }), certification("2", { validFor: "P1Y" })],
        enrollment: [enrollment("e", { startsAt: "2024-01-01", endsAt: "2024-01-01T00:00:00Z" })],
        completion: [
          // A day in an unknown zone and an instant of the day after.
          completion("c1", { startedAt: "2024-02-29T10:00:00Z", completedAt: "2024-02-28" }),
          completion("c2", { startedAt: "2024-02-29T22:05:00.5Z", completedAt: "2024-02-29T22:05:00Z" }),
          completion("c3", { completedAt: "2020-04-30T22:00:00Z" }),
          completion("c4", { completedAt: "2026-01-01" }),
          completion("c5", { completedAt: "2026-01-02" }),
          completion("c6", { status: "not_started", completedAt: null, score: null, scoreMax: "100" }),
        ],
        award: [
          award("w1", { issuedAt: "2024-02-29", expiresAt: "2025-03-01T23:59:59Z" }),
          award("w2", { certification: "2", expiresAt: null }),
        ],
      }),
    ).toEqual([]);
  });

  it("say nothing of a field that was flagged when it was mapped", async () => {
    expect(
      await issuesFor({
        ...people,
        completion: [
          { ...completion("c", { completedAt: null }), issues: [flag("bad-date", "completedAt")] },
        ],
      }),
    ).toEqual(["c bad-date flag completedAt"]);
  });

  it("have names of their own, known codes and a sentence", () => {
    const rules = [...recordRules, ...uniqueRules];
    expect(new Set(rules.map((r) => r.name)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(Object.keys(issueCodes)).toContain(rule.code);
      expect(rule.because).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("come to the same when they are run again", async () => {
    const ledger = memoryLedger();
    const first = await check(ledger, {
      user: [user("1"), user("1"), user("2", { username: "U-1" })],
      course: [course("1")],
      completion: [completion("c"), completion("d", { user: "9" })],
    });
    const before = [ends(ledger), issuesOf(ledger)];
    expect(checkStaged(ledger, { now })).toEqual(first);
    expect([ends(ledger), issuesOf(ledger)]).toEqual(before);
  });
});

describe("durations", () => {
  it.each([
    ["2024-01-31", "P1M", "2024-02-29"],
    ["2024-02-29T22:05:00Z", "P1Y", "2025-02-28"],
    ["2024-01-31", "P90D", "2024-04-30"],
    ["2024-01-31", "P2W", "2024-02-14"],
    ["2024-12-31", "P1Y2M3D", "2026-03-03"],
    ["2024-01-31", "PT45M", "2024-02-01"],
    ["soon", "P1Y", null],
    ["9999-01-01", "P1Y", null],
  ])("%s and %s end on %s", (day, duration, end) => {
    expect(addDuration(day, duration)).toBe(end);
  });
});

describe("a scope", () => {
  const staged: Staged = {
    organization: [
      { key: "1", record: { code: "HQ", name: "Headquarters" } },
      { key: "2", record: { name: "Sales", parent: "1" } },
      { key: "3", record: { name: "Factory" } },
    ],
    user: [
      user("1", { organization: "2", country: "LV", manager: "3" }),
      user("2", { organization: "3", country: "LV" }),
      { ...user("3"), issues: [flag("bad-date", "hireDate")] },
    ],
    course: [course("1")],
    certification: [certification("1")],
    enrollment: [enrollment("e1"), enrollment("e2", { user: "2" })],
    completion: [completion("c1"), completion("c2", { user: "2" })],
    award: [award("w1"), award("w3", { user: "3" })],
  };
  const excluded = async (scope: CheckOptions["scope"]): Promise<readonly string[]> => {
    const ledger = memoryLedger();
    await check(ledger, staged, { scope });
    return ends(ledger).filter((e) => e.endsWith("excluded outside-scope"));
  };

  it("holds back other people and what belongs to them, flagged or not", async () => {
    expect(await excluded({ organizations: ["HQ"] })).toEqual([
      "w3 1 excluded outside-scope",
      "c2 1 excluded outside-scope",
      "e2 1 excluded outside-scope",
      "2 1 excluded outside-scope",
      "3 1 excluded outside-scope",
    ]);
    expect(await excluded({ countries: ["LV"] })).toHaveLength(2);
    expect(await excluded({ organizations: ["3"], countries: ["DE"] })).toHaveLength(9);
    expect(await excluded({})).toEqual([]);
  });
});

const decide = (ledger: Ledger, key: string, decision: Readonly<Record<string, string | null>>): void => {
  ledger.db
    .prepare(
      `INSERT INTO decision (record, code, action, field, value, by, at, because)
       SELECT id, @code, @action, @field, @value, 'Ada', '2026-01-01', 'seen' FROM record WHERE key = @key`,
    )
    .run({ field: null, value: null, ...decision, key });
};

describe("decisions", () => {
  it("are followed: overridden, accepted, excluded", async () => {
    const ledger = memoryLedger();
    const rows: Staged = {
      ...people,
      completion: [
        { ...completion("c1", { completedAt: null }), issues: [flag("bad-date", "completedAt")] },
        completion("c2", { score: "101", scoreMax: "100" }),
        completion("c3", { user: "nobody" }),
        { ...completion("c4", { completedAt: null }), issues: [flag("bad-date", "completedAt")] },
      ],
    };
    await check(ledger, rows);
    expect(ends(ledger).filter((e) => e.includes("flagged"))).toHaveLength(4);
    decide(ledger, "c1", { code: "bad-date", action: "override", field: "completedAt", value: "2024-02-29" });
    decide(ledger, "c2", { code: "score-out-of-scale", action: "accept", field: "score" });
    decide(ledger, "c3", { code: "broken-reference", action: "exclude", field: "user" });
    decide(ledger, "c4", { code: "bad-date", action: "override", field: "completedAt", value: "tomorrow" });
    checkStaged(ledger, { now });
    expect(ends(ledger).slice(0, 4)).toEqual([
      "c1 1 - -",
      "c2 1 - -",
      "c3 1 excluded decision",
      "c4 1 flagged bad-value",
    ]);
    // They hold over the next extraction.
    await check(ledger, rows);
    expect(ends(ledger).slice(0, 2)).toEqual(["c1 1 - -", "c2 1 - -"]);
    expect(ledger.db.prepare(`SELECT "completedAt" FROM completion ORDER BY id LIMIT 1`).pluck().get()).toBe(
      "2024-02-29",
    );
  });
});
