import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  batchOf,
  beginExtraction,
  closeBooks,
  endSettledBeside,
  openLedger,
  readStaged,
  readTotals,
  recordWriter,
  registerMapping,
  registerSide,
  restage,
  stagedDigest,
  stagedDigestBeside,
  stagedRecord,
  writeTotals,
  type Ledger,
  type StagedInput,
} from "@cutover/ledger";
import { CutoverError, emptyRecord } from "@cutover/model";

const make = (path = ":memory:"): { readonly ledger: Ledger; readonly mapping: number } => {
  const ledger = openLedger(path, { create: true });
  const side = registerSide(ledger, { name: "old", role: "source", system: "csod" });
  return {
    ledger,
    mapping: registerMapping(ledger, { side, name: "csod/users", direction: "inbound", entity: "user" }),
  };
};

const input = (key: string, username: string): StagedInput => ({
  key,
  at: 1,
  record: { ...emptyRecord("user"), status: "active", username, custom: { shoe: "42" } },
  disposition: null,
  reason: null,
  issues: [],
});

const batch = (inputs: readonly StagedInput[]) => batchOf("user", inputs);

describe("sides and mappings", () => {
  it("are found again, and a name keeps its meaning", () => {
    const { ledger, mapping } = make();
    expect(registerSide(ledger, { name: "old", role: "source", system: "csod" })).toBe(1);
    expect(
      registerMapping(ledger, { side: 1, name: "csod/users", direction: "inbound", entity: "user" }),
    ).toBe(mapping);
    expect(() => registerSide(ledger, { name: "old", role: "target", system: "csod" })).toThrow(CutoverError);
  });
});

describe("staging", () => {
  it("gives records back as they were", () => {
    const { ledger, mapping } = make();
    const put = recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen);
    const ids = put(batch(["a", "b", "c"].map((key) => input(key, key))));
    expect(stagedRecord(ledger, "user", ids[1]!)).toEqual(input("b", "b").record);
    expect(readStaged(ledger, "user", ids[0], 1).map((r) => [r.key, r.record["username"]])).toEqual([
      ["b", "b"],
    ]);
    expect(stagedRecord(ledger, "user", 99)).toBeNull();
  });

  it("never gives an id twice, whoever wrote it", () => {
    const { ledger, mapping } = make();
    const put = recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen);
    const [first] = put(batch([input("a", "a")]));
    const again = recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen);
    expect(again(batch([input("b", "b"), input("a", "changed"), input("a", "once more")]))).toEqual([
      first! + 1,
      first,
      first! + 2,
    ]);
  });

  it("has a digest of its content that any change changes", () => {
    const { ledger, mapping } = make();
    const put = recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen);
    const [id] = put(batch([input("a", "a")]));
    const digest = stagedDigest(ledger);
    restage(ledger, "user", id!, { ...input("a", "b").record! });
    expect(stagedDigest(ledger)).not.toBe(digest);
    restage(ledger, "user", id!, input("a", "a").record!);
    expect(stagedDigest(ledger)).toBe(digest);
    ledger.db.exec("UPDATE record SET disposition = 'excluded', reason = 'x'");
    expect(stagedDigest(ledger)).not.toBe(digest);
  });

  it("has the same digest where a thread makes it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cutover-digest-"));
    const { ledger, mapping } = make(join(folder, "ledger.db"));
    try {
      const put = recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen);
      put(batch(["a", "b", "c"].map((key) => input(key, key))));
      expect(await stagedDigestBeside(ledger, 1)).toBe(stagedDigest(ledger));
      ledger.db.exec("DROP TABLE decision");
      await expect(stagedDigestBeside(ledger, 1)).rejects.toThrow(
        "what is staged could not be read: SQLITE_ERROR",
      );
    } finally {
      ledger.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("has what the target holds ended on a thread, and nothing else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cutover-settled-"));
    const { ledger, mapping } = make(join(folder, "ledger.db"));
    try {
      const put = recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen);
      put(batch(["a", "b", "c", "d", "e", "f"].map((key) => input(key, key))));
      ledger.db.exec(`
        UPDATE record SET disposition = 'created', applied = 1, settled = 1;
        UPDATE record SET disposition = 'updated', reason = 'a reason' WHERE key = 'b';
        UPDATE record SET settled = NULL WHERE key = 'c';
        UPDATE record SET disposition = 'flagged' WHERE key = 'd';
        UPDATE record SET disposition = NULL WHERE key = 'e';
        UPDATE record SET gone = 1 WHERE key = 'f'`);
      await endSettledBeside(ledger, 1);
      const ends = ledger.db.prepare("SELECT disposition, reason, applied FROM record ORDER BY key").raw();
      expect(ends.all()).toEqual([
        ["unchanged", null, null],
        ["unchanged", null, null],
        ["created", null, 1],
        ["flagged", null, 1],
        [null, null, 1],
        ["created", null, 1],
      ]);
      ledger.db.exec("ALTER TABLE record RENAME COLUMN settled TO renamed");
      await expect(endSettledBeside(ledger, 1)).rejects.toThrow(
        "what is settled could not be ended: SQLITE_ERROR",
      );
    } finally {
      ledger.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("closes the books only when every record has an end", () => {
    const { ledger, mapping } = make();
    recordWriter(ledger, mapping, "user", beginExtraction(ledger).seen)(batch([input("a", "a")]));
    expect(() => closeBooks(ledger)).toThrow("do not balance");
    ledger.db.exec("UPDATE record SET disposition = 'created'");
    expect(closeBooks(ledger).get("user")).toMatchObject({ read: 1, created: 1, flagged: 0 });
  });

  it("keeps totals, the newest of a measure only", () => {
    const { ledger } = make();
    const total = { entity: "user", measure: "count", grouping: { status: "active" }, value: "1" } as const;
    writeTotals(ledger, 1, "source", [total]);
    writeTotals(ledger, 1, "source", [{ ...total, value: "2" }]);
    expect(readTotals(ledger, 1, "source")).toEqual([{ ...total, value: "2" }]);
    const rows = { ...total, measure: "rows read: school/users" };
    writeTotals(ledger, 1, "source", [rows]);
    writeTotals(ledger, 1, "source", [{ ...rows, grouping: {} }]);
    expect(readTotals(ledger, 1, "source").filter(({ measure }) => measure === rows.measure)).toHaveLength(1);
  });
});
