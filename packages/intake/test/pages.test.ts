import { beginExtraction, endExtraction, restage, stagedDigest, type Ledger } from "@cutover/ledger";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkStaged, stageSource } from "../src/index.js";
import { makeSide, memoryLedger, type Row } from "./handmade.js";

const now = "2025-01-01T00:00:00Z";
const batchSize = 3;

/** Stages rows again; stopped after so many batches, nothing is checked. */
async function stage(ledger: Ledger, rows: readonly Row[], stopAfter?: number): Promise<void> {
  const side = makeSide(ledger, { extracts: [{ mapping: "users", entity: "user", rows }] });
  const extraction = beginExtraction(ledger);
  const stop = new AbortController();
  let batches = 0;
  const onProgress = (): void => {
    batches += 1;
    if (batches === stopAfter) stop.abort();
  };
  const stopped = await stageSource(ledger, side, {
    extraction,
    batchSize,
    signal: stop.signal,
    onProgress,
  }).then(
    () => false,
    () => true,
  );
  if (stopped) return;
  endExtraction(ledger, extraction);
  checkStaged(ledger, { now });
}

/** All that is said of what is in the source, whatever ids it has. */
const told = (ledger: Ledger): unknown => [
  stagedDigest(ledger),
  ledger.db
    .prepare(
      `SELECT r.key, r.at, r.disposition, r.reason, hex(r.hash) AS hash, e.username, e.email,
         (SELECT group_concat(t, ' ') FROM (
           SELECT i.code || ' ' || coalesce(i.field, '') AS t FROM issue i WHERE i.record = r.id ORDER BY 1)) AS issues
       FROM record r LEFT JOIN "user" e ON e.id = r.id WHERE r.gone IS NULL ORDER BY r.key, r.at`,
    )
    .all(),
];

const anyRow: fc.Arbitrary<Row> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        key: fc.integer({ min: 1, max: 12 }),
        email: fc.constantFrom(null, "a@example.org"),
        flagged: fc.constantFrom(false, false, true),
      })
      .map(({ key, email, flagged }) => ({
        key: String(key),
        record: { username: `user ${key}`, email },
        issues: flagged
          ? [{ code: "bad-date" as const, severity: "flag" as const, field: "hireDate", note: null }]
          : [],
      })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 12 }).map((key) => ({ key: String(key), excluded: "a-rule" })),
  },
);
const place = fc.nat({ max: 11 });
/** Few changes a time, so that most pages come as they came before. */
const change = fc.oneof(
  fc.tuple(place, anyRow).map(
    ([at, row]) =>
      (rows: readonly Row[]) =>
        rows.with(at % rows.length, row),
  ),
  place.map((at) => (rows: readonly Row[]) => (rows.length > 1 ? rows.toSpliced(at % rows.length, 1) : rows)),
  fc.tuple(place, anyRow).map(
    ([at, row]) =>
      (rows: readonly Row[]) =>
        rows.toSpliced(at % rows.length, 0, row),
  ),
  fc.tuple(place, place).map(
    ([from, to]) =>
      (rows: readonly Row[]) =>
        rows.with(to % rows.length, rows[from % rows.length]!),
  ),
);

describe("a page that comes as it came before", () => {
  it("is what it would be if it were mapped anew, whatever happened to others, to records and to readings", async () => {
    const round = fc.record({
      changes: fc.array(change, { maxLength: 2 }),
      back: fc.boolean(),
      stopAfter: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined, freq: 3 }),
      restaged: fc.option(place, { nil: undefined, freq: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { minLength: 9, maxLength: 12 }),
        fc.array(round, { minLength: 1, maxLength: 4 }),
        async (first, rounds) => {
          const ledger = memoryLedger();
          await stage(ledger, first);
          let rows: readonly Row[] = first;
          for (const { changes, back, stopAfter, restaged } of rounds) {
            // What was once may come again.
            rows = back ? first : changes.reduce((some, one) => one(some), rows);
            if (restaged !== undefined) {
              const ids = ledger.db.prepare('SELECT id FROM "user" ORDER BY id').pluck().all() as number[];
              const id = ids[restaged % Math.max(ids.length, 1)];
              const record = { username: "restaged", email: null };
              if (id !== undefined) restage(ledger, "user", id, record);
            }
            await stage(ledger, rows, stopAfter);
          }
          await stage(ledger, rows);
          const fresh = memoryLedger();
          await stage(fresh, rows);
          expect(told(ledger)).toEqual(told(fresh));
          ledger.close();
          fresh.close();
        },
      ),
      { numRuns: Number(process.env["RUNS"] ?? 150) },
    );
  });

  it("is not looked at by the mapping", async () => {
    const ledger = memoryLedger();
    const rows = Array.from({ length: 9 }, (_, i) => ({
      key: `k${i}`,
      record: { username: `user ${i}` },
    }));
    await stage(ledger, rows);
    const pages = () => ledger.db.prepare("SELECT n, first, last FROM page ORDER BY n").raw().all();
    expect(pages()).toEqual([
      [1, 1, 3],
      [2, 4, 6],
      [3, 7, 9],
    ]);
    // Whoever changes a record changes what is known of its page.
    restage(ledger, "user", 5, { username: "other" });
    expect(pages()).toEqual([
      [1, 1, 3],
      [3, 7, 9],
    ]);
    await stage(ledger, rows.with(8, { key: "k8", record: { username: "changed" } }));
    expect(pages()).toHaveLength(3);
    expect(
      ledger.db.prepare(`SELECT username FROM "user" WHERE id IN (5, 9) ORDER BY id`).pluck().all(),
    ).toEqual(["user 4", "changed"]);
  });
});
