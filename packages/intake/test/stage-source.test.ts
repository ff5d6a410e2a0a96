import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  balances,
  beginExtraction,
  endExtraction,
  readTotals,
  stagedDigest,
  type Ledger,
} from "@cutover/ledger";
import { CutoverError, isBalanced } from "@cutover/model";
import { checkStaged, registerSide, stageSource, type Scope, type Side } from "@cutover/intake";
import { ends, flag, issuesOf, makeSide, memoryLedger, user, type Extract, type Row } from "./handmade.js";

const now = "2026-01-01T00:00:00Z";

async function stage(
  ledger: Ledger,
  extracts: readonly Extract[],
  options: { readonly batchSize?: number; readonly scope?: Scope; readonly unchecked?: boolean } = {},
): Promise<void> {
  const side = makeSide(ledger, { extracts });
  const extraction = beginExtraction(ledger);
  await stageSource(ledger, side, { extraction, batchSize: options.batchSize ?? 1000 });
  endExtraction(ledger, extraction);
  if (options.unchecked !== true) checkStaged(ledger, { now, scope: options.scope });
}

const users = (rows: readonly Row[], more: Partial<Extract> = {}): Extract => ({
  mapping: "users",
  entity: "user",
  rows,
  ...more,
});

describe("staging a source", () => {
  it("gives every row an end: staged, excluded by a rule, or flagged with its line", async () => {
    const ledger = memoryLedger();
    await stage(ledger, [
      users(
        [
          user("1"),
          { key: "2", excluded: "guest-account" },
          { key: null, record: { status: "active" } },
          { key: "4", record: null, issues: [flag("bad-structure")] },
          {
            ...user("5"),
            issues: [flag("bad-date", "hireDate"), { ...flag("bad-email", "email"), severity: "warning" }],
          },
        ],
        { rejected: [{ at: 9, code: "malformed-row", note: "3 of 4 fields" }] },
      ),
    ]);
    expect(ends(ledger)).toEqual([
      "1 1 - -",
      "2 1 excluded guest-account",
      "4 1 flagged bad-structure",
      "5 1 flagged bad-date",
      "@3 1 flagged missing-key",
      "@9 1 flagged malformed-row",
    ]);
    expect(issuesOf(ledger)).toEqual([
      "4 bad-structure flag -",
      "5 bad-date flag hireDate",
      "5 bad-email warning email",
      "@3 missing-key flag -",
      "@9 malformed-row flag -",
    ]);
  });

  it("reads an extract once for all mappings made from it", async () => {
    const ledger = memoryLedger();
    const side = makeSide(ledger, { extracts: [users([user("1")])] });
    const [mapping] = side.system.inbound;
    const system = { ...side.system, inbound: [mapping!, { ...mapping!, name: "again" }] };
    const two = registerSide(ledger, { ...side, system });
    const reads: string[] = [];
    const counts = await stageSource(ledger, two, {
      extraction: beginExtraction(ledger),
      onProgress: ({ extract }) => reads.push(extract),
    });
    expect(reads).toEqual(["users"]);
    expect(counts.map((c) => [c.mapping, c.read])).toEqual([
      ["users", 1],
      ["again", 1],
    ]);
  });

  it("refuses a source that lost rows on the way, and keeps both figures", async () => {
    const ledger = memoryLedger();
    const side = makeSide(ledger, { extracts: [users([user("1")], { counted: 2 })] });
    const failed = await stageSource(ledger, side, { extraction: beginExtraction(ledger) }).catch(
      (e: unknown) => e,
    );
    expect(failed).toBeInstanceOf(CutoverError);
    expect((failed as CutoverError).code).toBe("books-unbalanced");
    expect(readTotals(ledger, side.id, "source").map((t) => [t.measure, t.value])).toEqual([
      ["rows counted: users", "2"],
      ["rows read: users", "1"],
    ]);
  });

  it("stops on the signal", async () => {
    const ledger = memoryLedger();
    const side = makeSide(ledger, { extracts: [users([user("1"), user("2"), user("3")])] });
    const stop = new AbortController();
    const failed = await stageSource(ledger, side, {
      extraction: beginExtraction(ledger),
      batchSize: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    }).catch((e: unknown) => e);
    expect((failed as CutoverError).code).toBe("interrupted");
  });

  it("says how to go on when it is the medium that hears of the signal", async () => {
    const ledger = memoryLedger();
    const side = makeSide(ledger, { extracts: [users([user("1"), user("2")])] });
    const stop = new AbortController();
    const extractor: Side["extractor"] = {
      ...side.extractor,
      async *read() {
        stop.abort();
        yield* [];
        throw new CutoverError("interrupted", "reading was stopped");
      },
    };
    const failed = await stageSource(
      ledger,
      { ...side, extractor },
      { extraction: beginExtraction(ledger), signal: stop.signal },
    ).catch((e: unknown) => e);
    expect(failed).toMatchObject({ code: "interrupted", remedy: expect.stringContaining("again") });
  });

  it("keeps ids when it is read again, and takes what vanished out of the books", async () => {
    const ledger = memoryLedger();
    await stage(ledger, [users([user("1"), user("2"), user("3")])]);
    const ids = () => ledger.db.prepare("SELECT key, id FROM record ORDER BY key").raw().all();
    const before = ids();
    await stage(ledger, [users([user("3"), user("1", { city: "Riga" })])]);
    expect(ids()).toEqual(before);
    expect(balances(ledger).get("user")?.read).toBe(2);
    expect(ledger.db.prepare(`SELECT "city" FROM "user" ORDER BY id`).pluck().all()).toEqual(["Riga", null]);
    expect(ends(ledger)).toContain("2 1 - vanished");
    await stage(ledger, [users([user("1"), user("2"), user("3")])]);
    expect(ids()).toEqual(before);
    expect(ends(ledger)).toEqual(["1 1 - -", "2 1 - -", "3 1 - -"]);
  });
});

describe("records that share a key", () => {
  it("are one where they are equal, and flagged where they contradict", async () => {
    const ledger = memoryLedger();
    await stage(ledger, [
      users([
        user("1"),
        user("1"),
        user("2", { city: "Riga" }),
        user("2", { city: "Oslo" }),
        user("2", { city: "Riga" }),
      ]),
    ]);
    expect(ends(ledger)).toEqual([
      "1 1 - -",
      "1 2 merged same key and content as users record 1",
      "2 1 flagged duplicate-key, duplicate-value",
      "2 2 flagged duplicate-key, duplicate-value",
      "2 3 merged same key and content as users record 3",
    ]);
  });

  it("are found across two mappings of a side, too", async () => {
    const ledger = memoryLedger();
    await stage(ledger, [
      users([user("1"), user("2")]),
      users([user("1"), user("2", { city: "Oslo", username: "other" })], { mapping: "users-archive" }),
    ]);
    expect(ends(ledger)).toEqual([
      "1 1 - -",
      "2 1 flagged duplicate-key",
      "1 1 merged same key and content as users record 1",
      "2 1 flagged duplicate-key",
    ]);
  });

  it("have nothing in common where they only lack a key on the same line", async () => {
    const ledger = memoryLedger();
    const none: Row = { key: null, record: { status: "active" } };
    await stage(ledger, [users([none]), users([none], { mapping: "users-archive" })]);
    expect(ends(ledger)).toEqual(["@1 1 flagged missing-key", "@1 1 flagged missing-key"]);
  });

  it("leave excluded rows alone", async () => {
    const ledger = memoryLedger();
    await stage(ledger, [
      users([{ key: "1", excluded: "guest" }, user("1"), { key: "1", excluded: "guest" }]),
    ]);
    expect(ends(ledger)).toEqual(["1 1 excluded guest", "1 2 - -", "1 3 excluded guest"]);
  });
});

describe("law 1", () => {
  const anyRow: fc.Arbitrary<Row> = fc.record(
    {
      key: fc.option(fc.constantFrom("1", "2", "3", "@2", "a|b", "ß"), { freq: 4 }),
      record: fc.option(
        fc.record({
          status: fc.constantFrom("active", "deleted"),
          username: fc.constantFrom("anna", "Anna", "bo", null),
          email: fc.constantFrom("a@example.org", "A@example.org", null),
          organization: fc.constantFrom("o1", null),
          manager: fc.constantFrom("1", "2", "9", null),
          hireDate: fc.constantFrom("2020-01-01", null),
          leaveDate: fc.constantFrom("2019-01-01", null),
        }),
        { freq: 5 },
      ),
      excluded: fc.constant("some-rule"),
      issues: fc.array(
        fc.record({
          code: fc.constantFrom("bad-date" as const, "bad-email" as const),
          severity: fc.constantFrom("flag" as const, "warning" as const),
          field: fc.constantFrom("hireDate", null),
          note: fc.constant(null),
        }),
        { maxLength: 2 },
      ),
    },
    { requiredKeys: ["key"] },
  );
  const anyRows = fc.array(anyRow, { maxLength: 12 });
  const rejected = fc.array(
    fc.record({
      at: fc.integer({ min: 1, max: 5 }),
      code: fc.constantFrom("malformed-row" as const, "bad-encoding" as const),
      note: fc.constant(""),
    }),
    { maxLength: 3 },
  );

  it("holds for any mixture of rows, read any number of times, and the digest does not mind", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyRows, anyRows, rejected), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (extractions, scoped) => {
          const ledger = memoryLedger();
          const scope = scoped ? { organizations: ["o1"] } : {};
          const extractsOf = ([a, b, bad]: (typeof extractions)[number]): readonly Extract[] => [
            {
              mapping: "organizations",
              entity: "organization",
              rows: [{ key: "o1", record: { name: "One" } }],
            },
            users(a, { rejected: bad }),
            users(b, { mapping: "users-archive" }),
          ];
          for (const extraction of extractions) {
            await stage(ledger, extractsOf(extraction), { scope, batchSize: 5 });
          }
          // What neither rule nor flag holds back would be loaded: give it the end it would have.
          const digest = stagedDigest(ledger);
          ledger.db
            .prepare(
              "UPDATE record SET disposition = 'created' WHERE disposition IS NULL AND reason IS NOT 'vanished'",
            )
            .run();
          const books = balances(ledger).get("user");
          const [a, b, bad] = extractions.at(-1)!;
          expect(books?.read ?? 0).toBe(a.length + b.length + bad.length);
          expect(books === undefined || isBalanced(books)).toBe(true);
          const told = ledger.db.prepare("SELECT * FROM balance WHERE entity = 'user'").get();
          expect(told).toEqual(books === undefined ? undefined : { entity: "user", ...books });
          // Whatever would be loaded has a canonical form.
          expect(
            ledger.db
              .prepare(
                `SELECT COUNT(*) FROM record r WHERE disposition IN ('created', 'merged') AND hash IS NULL`,
              )
              .pluck()
              .get(),
          ).toBe(0);
          const fresh = memoryLedger();
          await stage(fresh, extractsOf(extractions.at(-1)!), { scope });
          expect(stagedDigest(fresh)).toBe(digest);
          expect(ledger.verifyChain().brokenAt).toBeNull();
          ledger.close();
          fresh.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
