import type { Evidence } from "@cutover/report";

/** A small report with something in every part. */
export const sampleEvidence: Evidence = {
  format: "cutover-evidence/1",
  migration: "acme",
  tool: "0.1.0",
  writtenAt: "2026-03-01T06:00:00.000Z",
  verdict: {
    outcome: "mismatch",
    balanced: true,
    sentence: "The target does not hold what was approved: 1 missing.",
    remarks: ["1 record was held back for a person: 1 for a problem of its own."],
  },
  run: {
    id: 1,
    kind: "rehearsal",
    state: "finished",
    plannedAt: "2026-02-27T20:00:00.000Z",
    startedAt: "2026-03-01T01:00:00.000Z",
    finishedAt: "2026-03-01T02:00:00.000Z",
    reconciledAt: "2026-03-01T02:10:00.000Z",
    scope: "all",
    approvals: [{ answer: "yes", by: "R. Viewer", at: "2026-02-28T10:00:00.000Z", because: null }],
  },
  sides: [
    { name: "cornerstone", role: "source", system: "cornerstone", title: "Cornerstone OnDemand" },
    { name: "target", role: "target", system: "moodle", title: "Moodle 4.5" },
  ],
  extracts: [
    {
      side: "cornerstone",
      moment: "source",
      entity: "user",
      mapping: "cornerstone/users",
      counted: 10,
      read: 10,
    },
  ],
  entities: [
    {
      entity: "user",
      balance: { read: 10, created: 5, updated: 1, unchanged: 1, merged: 1, excluded: 1, flagged: 1 },
      reconciled: { source: 7, target: 6, equal: 5, explained: 1, different: 0, missing: 1, unexpected: 0 },
    },
  ],
  others: [
    {
      entity: "user",
      what: "there before",
      records: 1,
      sentence:
        "one more is in the target: it was there before the load, and is the counterpart of no record of the sources",
    },
  ],
  reasons: [
    { entity: "user", disposition: "excluded", reason: "guest-account", because: "Not a person.", count: 1 },
  ],
  totals: [
    {
      entity: "user",
      measure: "count",
      grouping: { status: "active" },
      source: "10",
      ledger: "10",
      before: "2",
      expected: "7",
      after: "6",
      atSource: "ties",
      atTarget: "differs",
      ties: false,
    },
    {
      entity: "completion",
      measure: "last_completedAt",
      grouping: { status: "completed", year: "2024" },
      source: "2024-12-31T23:00:00Z",
      ledger: "2024-12-31T23:00:00Z",
      before: null,
      expected: "2024-12-31T23:00:00Z",
      after: "2024-12-31T23:00:00Z",
      atSource: "ties",
      atTarget: "ties",
      ties: true,
    },
  ],
  differences: [
    {
      entity: "user",
      verdict: "explained",
      field: "familyName",
      rule: "It is written cut to 100 characters.",
      count: 1,
      pairs: [{ source: "active", target: "suspended", count: 1 }],
    },
  ],
  waiting: { records: 1, own: 1, dependent: 0, decided: 0 },
  flags: [
    {
      code: "bad-date",
      severity: "flag",
      entity: "user",
      meaning: "The day does not exist.",
      remedy: "Mend it.",
      count: 1,
      waiting: 1,
    },
    {
      code: "too-long",
      severity: "warning",
      entity: "user",
      meaning: "The text is longer than the field.",
      remedy: "",
      count: 2,
      waiting: 0,
    },
  ],
  decisions: [
    {
      code: "bad-date",
      action: "accept",
      entity: "user",
      field: "hireDate",
      by: "R. Viewer",
      because: "The paper file says so.",
      firstAt: "2026-02-27T10:00:00.000Z",
      lastAt: "2026-02-27T11:00:00.000Z",
      count: 2,
    },
  ],
  fidelity: [
    {
      mapping: "moodle/users",
      entity: "user",
      field: "hireDate",
      fidelity: "no slot",
      column: null,
      because: "No column.",
    },
  ],
  conditions: [
    { moment: "before", name: "mail-off", because: "It would mail.", outcome: "holds", manual: null },
  ],
  exceptions: [
    {
      kind: "missing",
      entity: "user",
      code: null,
      mapping: "cornerstone/users",
      key: "E1",
      file: "users.csv",
      at: 7,
      what: "E1 · Anna",
      field: null,
      source: null,
      expected: null,
      target: null,
      targetKey: "12",
      note: null,
      settled: null,
    },
  ],
  exceptionCount: 1,
  recordCount: 1,
  files: [{ name: "exceptions.csv", holds: "every exception", rows: 1, bytes: 99, sha256: "f6" }],
  seal: { plan: "a1", definition: "b2", staged: "c3", target: "d4", events: 9, head: "e5", intact: true },
};

/** The record of the sample as the page's search has it. */
export const sampleRecord = ["user", "cornerstone/users", "E1", "E1 · Anna", "created", "", "12"] as const;
