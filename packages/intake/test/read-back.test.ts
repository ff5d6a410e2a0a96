import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createExtractor } from "@cutover/extractors";
import {
  beginExtraction,
  endExtraction,
  openLedger,
  readTarget,
  readTotals,
  stagedDigest,
  type Ledger,
  type Total,
} from "@cutover/ledger";
import { loadSystem, type System } from "@cutover/mapping";
import { CutoverError, type Extractor } from "@cutover/model";
import { testDatabase, type TestDatabase } from "@cutover/testkit";
import {
  checkStaged,
  compare,
  ledgerTotals,
  outgoing,
  registerSide,
  stageSource,
  stageTarget,
  takeTotals,
  type Side,
} from "@cutover/intake";

const now = "2026-01-01T00:00:00Z";

const files = {
  "system.yaml": `
system: tiny
title: Tiny
medium: sql
extracts:
  people:
    sql: SELECT id, login, mail, deleted FROM person ORDER BY id
    key: [id]
    columns: { id: integer, login: text, mail: text, deleted: integer }
  courses:
    sql: SELECT id, code, title FROM course ORDER BY id
    key: [id]
    columns: { id: integer, code: text, title: text }
  results:
    sql: SELECT id, person, course, state, day, score FROM result ORDER BY id
    key: [id]
    columns: { id: integer, person: integer, course: integer, state: text, day: text, score: decimal }
totals:
  completion:
    sql: >-
      SELECT CASE state WHEN 'done' THEN 'completed' ELSE 'in_progress' END AS status, substr(day, 1, 4) AS year,
      COUNT(*) AS count, SUM(score) AS sum_score, MAX(day) AS "last_completedAt" FROM result GROUP BY 1, 2
`,
  "inbound/people.yaml": `
mapping: tiny/people
from: people
to: user
key: [id]
exclude:
  - rule: guest
    when: login == "guest"
    because: The guest account is not a person.
fields:
  username: login
  email: { from: mail, email: true }
  status: { from: deleted, map: { "0": active, "1": deleted } }
`,
  "inbound/courses.yaml": `
mapping: tiny/courses
from: courses
to: course
key: [id]
fields:
  code: code
  title: title
  status: { value: active }
`,
  "inbound/results.yaml": `
mapping: tiny/results
from: results
to: completion
key: [id]
fields:
  user: { from: person, ref: user }
  course: { from: course, ref: course }
  status: { from: state, map: { done: completed, doing: in_progress } }
  completedAt: { from: day, date: yyyy-MM-dd }
  score: { from: score, number: true }
`,
};

const people = 400;
const values = (rows: readonly (readonly (string | number | null)[])[]): string =>
  rows
    .map(
      (row) => `(${row.map((v) => (v === null ? "NULL" : typeof v === "number" ? v : `'${v}'`)).join(", ")})`,
    )
    .join(", ");

let folder: string;
let database: TestDatabase;
let extractor: Extractor;
let system: System;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cutover-tiny-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "tiny", file)), { recursive: true });
    writeFileSync(join(folder, "tiny", file), text);
  }
  const loaded = loadSystem({ folder: join(folder, "tiny") });
  if (loaded.system === null) throw new Error(loaded.problems.map((p) => p.message).join("; "));
  system = loaded.system;
  database = await testDatabase("sqlite");
  const numbers = Array.from({ length: people }, (_, i) => i + 1);
  await database.run(
    "CREATE TABLE person (id INTEGER PRIMARY KEY, login TEXT, mail TEXT, deleted INTEGER)",
    "CREATE TABLE course (id INTEGER PRIMARY KEY, code TEXT, title TEXT)",
    "CREATE TABLE result (id INTEGER PRIMARY KEY, person INTEGER, course INTEGER, state TEXT, day TEXT, score NUMERIC)",
    `INSERT INTO person VALUES (1000, 'guest', NULL, 0), ${values(numbers.map((i) => [i, `u${i}`, i === 7 ? "nobody" : `u${i}@example.org`, 0]))}`,
    `INSERT INTO course VALUES (1, 'A', 'Fire'), (2, 'B', 'Water')`,
    `INSERT INTO result VALUES ${values(numbers.map((i) => [i, i, (i % 2) + 1, i % 10 === 0 ? "doing" : "done", i % 10 === 0 ? null : `202${i % 5}-03-01`, i / 4]))}`,
    `INSERT INTO result VALUES (9001, 1000, 1, 'done', '2024-03-01', 1), (9002, 5, 1, 'lost', '2024-03-01', 1), (9003, 6, 99, 'done', '2024-03-01', 1)`,
  );
});

beforeEach(async () => {
  extractor = await createExtractor({ medium: "sql", connection: { url: database.url }, folder });
});

afterEach(() => extractor.close());

afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const source = (ledger: Ledger): Side =>
  registerSide(ledger, { name: "old", role: "source", system, extractor });

const sum = (totals: readonly Total[], measure: string): number =>
  totals.filter((t) => t.measure === measure).reduce((n, t) => n + Number(t.value), 0);

describe("a real system", () => {
  it("is staged, checked and tied out with its raw totals", async () => {
    const ledger = openLedger(":memory:", { create: true });
    const side = source(ledger);
    await stageSource(ledger, side, { extraction: beginExtraction(ledger) });
    expect(checkStaged(ledger, { now })).toMatchObject({ flagged: 5, merged: 0, vanished: 0 });
    expect(
      ledger.db
        .prepare(
          "SELECT key || ' ' || reason FROM record WHERE disposition IN ('flagged', 'excluded') ORDER BY key",
        )
        .pluck()
        .all(),
    ).toEqual([
      "1000 guest",
      "7 bad-email",
      "7 dependent",
      "9001 dependent",
      "9002 unmapped-value",
      "9003 broken-reference",
    ]);
    await takeTotals(ledger, side, "source");
    for (const measure of ["count", "sum_score"]) {
      expect(sum(ledgerTotals(ledger, side), measure)).toBe(
        sum(readTotals(ledger, side.id, "source"), measure),
      );
    }
  });

  it("is the same after any number of interruptions", async () => {
    const calm = openLedger(":memory:", { create: true });
    await stageSource(calm, source(calm), { extraction: beginExtraction(calm) });
    checkStaged(calm, { now });
    const path = join(folder, "ledger.db");
    let ledger = openLedger(path, { create: true });
    for (const [batches, batchSize] of [
      [0, 50],
      [1, 50],
      [5, 50],
      [1, 1000],
    ] as const) {
      const stop = new AbortController();
      let seen = 0;
      const onProgress = (): void => {
        if (++seen > batches) stop.abort();
      };
      const failed: unknown = await stageSource(ledger, source(ledger), {
        extraction: beginExtraction(ledger),
        batchSize,
        signal: stop.signal,
        onProgress,
      }).catch((error: unknown) => error);
      expect((failed as CutoverError).code).toBe("interrupted");
      ledger.close();
      ledger = openLedger(path);
    }
    const extraction = beginExtraction(ledger);
    await stageSource(ledger, source(ledger), { extraction });
    endExtraction(ledger, extraction);
    checkStaged(ledger, { now });
    expect(stagedDigest(ledger)).toBe(stagedDigest(calm));
    expect(ledger.verifyChain().brokenAt).toBeNull();
    ledger.close();
  });

  it("reads back equal to itself", async () => {
    const ledger = openLedger(":memory:", { create: true });
    await stageSource(ledger, source(ledger), { extraction: beginExtraction(ledger) });
    checkStaged(ledger, { now });
    const target = registerSide(ledger, { name: "new", role: "target", system, extractor });
    const counts = await stageTarget(ledger, target, "after");
    expect(counts.map((c) => [c.mapping, c.read, c.excluded, c.kept])).toEqual([
      ["tiny/people", people + 1, 1, people],
      ["tiny/courses", 2, 0, 2],
      ["tiny/results", people + 3, 0, people + 3],
    ]);
    const after = new Map(readTarget(ledger, "after", "completion").map((r) => [r.key, r.record]));
    for (const { key, out } of [...outgoing(ledger, "completion")].flat()) {
      const projection = { record: out.record, explained: new Map(), ignored: new Map() };
      expect(compare("completion", { source: out.record, projection, target: after.get(key)! }).verdict).toBe(
        "equal",
      );
    }
  });
});
