import { describe, expect, it } from "vitest";
import { beginExtraction, readTarget, readTotals, targetDigest, type Ledger } from "@cutover/ledger";
import { checkStaged, ledgerTotals, outgoing, stageSource, stageTarget, takeTotals } from "@cutover/intake";
import { completion, course, flag, makeSide, memoryLedger, user } from "./handmade.js";

const now = "2026-01-01T00:00:00Z";

const idOf = (ledger: Ledger, mapping: string, key: string): number =>
  ledger.db
    .prepare("SELECT r.id FROM record r JOIN mapping m ON m.id = r.mapping WHERE m.name = ? AND r.key = ?")
    .pluck()
    .get(mapping, key) as number;

async function staged(): Promise<Ledger> {
  const ledger = memoryLedger();
  const side = makeSide(ledger, {
    extracts: [
      { mapping: "users", entity: "user", rows: [user("1"), user("2", { manager: "1" }), user("3")] },
      { mapping: "courses", entity: "course", rows: [course("1", { equivalents: ["2", "9"] }), course("2")] },
      {
        mapping: "completions",
        entity: "completion",
        rows: [
          completion("a", { score: "87.5" }),
          completion("b", { user: "2", completedAt: "2023-01-01", score: "0.1" }),
          { ...completion("c", { user: "3" }), issues: [flag("bad-number", "score")] },
          completion("d", { user: "3", score: "0.2" }),
          { key: "e", excluded: "test-data" },
        ],
      },
    ],
    totals: {
      entity: "completion",
      rows: [
        {
          status: "completed",
          year: 2024n,
          count: 3,
          sum_score: "87.70000",
          last_completedAt: "2024-02-29T22:05:00Z",
        },
        { status: "completed", year: 2023n, count: 2, sum_score: 0.1 + 0.2, last_completedAt: null },
      ],
    },
  });
  await stageSource(ledger, side, { extraction: beginExtraction(ledger) });
  checkStaged(ledger, { now });
  await takeTotals(ledger, side, "source");
  return ledger;
}

const crosswalk = (ledger: Ledger, record: number, targetKey: string | null, canonical = record): void => {
  ledger.db
    .prepare("UPDATE record SET canonical = nullif(?, id), targetKey = ?, matched = 1 WHERE id = ?")
    .run(canonical, targetKey, record);
};

describe("records on their way out", () => {
  it("know what their references are called in the target, through merges", async () => {
    const ledger = await staged();
    const [one, two, three] = ["1", "2", "3"].map((key) => idOf(ledger, "users", key)) as [
      number,
      number,
      number,
    ];
    crosswalk(ledger, one, "T1");
    crosswalk(ledger, two, null, one);
    crosswalk(ledger, three, null);
    crosswalk(ledger, idOf(ledger, "courses", "2"), "C2");
    const [completions] = [...outgoing(ledger, "completion")];
    expect(completions?.map((r) => [r.key, r.out.targetKeys])).toEqual([
      ["a", { user: "T1", course: null }],
      ["b", { user: "T1", course: null }],
      ["d", { user: null, course: null }],
    ]);
    expect(completions?.[0]?.out.record).toMatchObject({ user: "1", status: "completed", score: "87.5" });
    const users = [...outgoing(ledger, "user", { batchSize: 2 })];
    expect(users.map((b) => b.length)).toEqual([2, 1]);
    expect(users.flat().map((r) => [r.targetKey, r.out.targetKeys["manager"]])).toEqual([
      ["T1", null],
      [null, "T1"],
      [null, null],
    ]);
    const courses = [...outgoing(ledger, "course")].flat();
    expect(courses.find(({ key }) => key === "1")?.out.targetKeys).toEqual({
      equivalents: ["C2"],
    });
  });

  it("may be written while they are read, and are chosen by their end", async () => {
    const ledger = await staged();
    for (const batch of outgoing(ledger, "user", { batchSize: 1 })) {
      for (const { id } of batch)
        ledger.db.prepare("UPDATE record SET disposition = 'created' WHERE id = ?").run(id);
    }
    const keys = (entity: "user" | "completion", dispositions: readonly ("created" | "flagged")[]) =>
      [...outgoing(ledger, entity, { dispositions })].flat().map((r) => r.key);
    expect(keys("user", ["created"])).toEqual(["1", "2", "3"]);
    expect(keys("completion", ["flagged"])).toEqual(["c"]);
  });
});

describe("control totals", () => {
  it("are kept as the source says them, numbers in one form", async () => {
    const ledger = await staged();
    const totals = readTotals(ledger, 1, "source").filter((t) => !t.measure.startsWith("rows"));
    expect(totals.map((t) => [t.measure, t.grouping["year"], t.value])).toEqual([
      ["count", "2023", "2"],
      ["count", "2024", "3"],
      ["last_completedAt", "2023", null],
      ["last_completedAt", "2024", "2024-02-29T22:05:00Z"],
      ["sum_score", "2023", "0.3"],
      ["sum_score", "2024", "87.7"],
    ]);
  });

  it("are taken over the ledger by disposition, in the same measures", async () => {
    const ledger = await staged();
    const totals = ledgerTotals(ledger, { id: 1 }).map((t) =>
      [t.measure, t.grouping["status"], t.grouping["year"], t.disposition, t.value].join(" "),
    );
    expect(totals.toSorted()).toEqual(
      [
        "count completed 2023  1",
        "count completed 2024  2",
        "count completed 2024 flagged 1",
        "count   excluded 1",
        "sum_score completed 2023  0.1",
        "sum_score completed 2024  87.7",
        "sum_score completed 2024 flagged ",
        "sum_score   excluded ",
        "last_completedAt completed 2023  2023-01-01",
        "last_completedAt completed 2024  2024-02-29T22:05:00Z",
        "last_completedAt completed 2024 flagged 2024-02-29T22:05:00Z",
        "last_completedAt   excluded ",
      ].toSorted(),
    );
  });
});

describe("reading the target", () => {
  it("keeps everything it has but what a rule leaves out, and counts what it could not map", async () => {
    const ledger = memoryLedger();
    const side = makeSide(ledger, {
      role: "target",
      extracts: [
        {
          mapping: "users",
          entity: "user",
          rows: [
            user("1"),
            { key: "guest", excluded: "guest-account" },
            { key: "3", record: null, issues: [flag("bad-structure")] },
            user("1", { city: "Riga" }),
            { ...user("5"), issues: [flag("bad-date", "hireDate")] },
          ],
          rejected: [{ at: 7, code: "bad-encoding", note: "" }],
        },
      ],
    });
    const [counts] = await stageTarget(ledger, side, "before");
    expect(counts).toMatchObject({
      counted: 6,
      read: 6,
      excluded: 1,
      kept: 4,
      unmapped: 2,
      withIssues: 2,
      duplicates: 1,
    });
    expect(readTarget(ledger, "before", "user").map((r) => [r.key, r.record["status"]])).toEqual([
      ["1", "active"],
      ["3", null],
      ["5", "active"],
      ["@7", null],
    ]);
    const digest = targetDigest(ledger);
    await stageTarget(ledger, side, "before");
    await stageTarget(ledger, side, "after");
    expect(targetDigest(ledger)).toBe(digest);
    expect(targetDigest(ledger, "after")).toBe(digest);
    ledger.db.exec(`DELETE FROM "before_user" WHERE key = '5'`);
    expect(targetDigest(ledger)).not.toBe(digest);
  });
});

describe("the pages of what goes out", () => {
  it.each(["unapplied", "unnamed", "open", "deferred", undefined] as const)(
    "go on by the ids where the last one ended: %s",
    async (still) => {
      const ledger = await staged();
      const asked: string[] = [];
      const prepare = ledger.db.prepare.bind(ledger.db);
      ledger.db.prepare = ((sql: string) => {
        asked.push(sql);
        return prepare(sql);
      }) as typeof ledger.db.prepare;
      for (const page of outgoing(ledger, "completion", { still })) expect(page).toBeDefined();
      const pages = asked.filter((sql) => sql.includes("LIMIT ?"));
      expect(pages).toHaveLength(1);
      const steps = prepare(`EXPLAIN QUERY PLAN ${pages[0]!}`).all(0, 1, 1) as { readonly detail: string }[];
      // Any other index has each page begin with all records, sorted anew.
      expect(steps[0]!.detail).toMatch(/^SEARCH \w USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/);
      expect(steps.some(({ detail }) => detail.includes("TEMP B-TREE"))).toBe(false);
    },
  );
});
