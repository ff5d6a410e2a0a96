import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { emptyRecord } from "@cutover/model";
import { afterEach, expect, it } from "vitest";
import {
  batchOf,
  beginExtraction,
  isKnown,
  openLedger,
  recordWriter,
  registerMapping,
  registerSide,
  stagedDigest,
  StagingThread,
  type Ledger,
  type StagedBatch,
} from "@cutover/ledger";

const folder = mkdtempSync(path.join(tmpdir(), "cutover-thread-"));
const open: Ledger[] = [];
afterEach(() => {
  for (const ledger of open.splice(0)) ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

function make(name: string): { readonly ledger: Ledger; readonly mapping: number } {
  const ledger = openLedger(path.join(folder, name), { create: true });
  open.push(ledger);
  const side = registerSide(ledger, { name: "old", role: "source", system: "csod" });
  return {
    ledger,
    mapping: registerMapping(ledger, { side, name: "csod/users", direction: "inbound", entity: "user" }),
  };
}

/** A hundred people; some keys come twice, some rows are left out, some have an issue. */
function people(round: number): StagedBatch {
  return batchOf(
    "user",
    Array.from({ length: 100 }, (_, i) => {
      const [n, isOut] = [round * 100 + i, i % 17 === 0];
      return {
        key: `${i % 31 === 0 ? 0 : n}`,
        at: n + 1,
        record: isOut
          ? null
          : { ...emptyRecord("user"), status: "active", username: `u${n}`, custom: { n: `${n}` } },
        disposition: isOut ? "excluded" : null,
        reason: isOut ? "test" : null,
        issues:
          i % 23 === 0
            ? [{ code: "bad-date", severity: "warning", stage: "map", field: "hireDate", note: null }]
            : [],
      };
    }),
  );
}

const contents = ({ db }: Ledger): unknown =>
  ["record", "user", "issue", "filled_field"].map((table) =>
    db.prepare(`SELECT * FROM "${table}" ORDER BY 1, 2`).raw().all(),
  );

it("stages on a thread what would be staged here, the first time and again", async () => {
  const [here, there] = [make("here.db"), make("there.db")];
  for (const rounds of [4, 6]) {
    const write = recordWriter(here.ledger, here.mapping, "user", beginExtraction(here.ledger).seen);
    const { seen } = beginExtraction(there.ledger);
    const of = {
      mapping: there.mapping,
      entity: "user",
      seen: seen.buffer,
      known: isKnown(there.ledger, there.mapping),
      placed: true,
    } as const;
    const thread = new StagingThread(there.ledger.path);
    for (let round = 0; round < rounds; round += 1) {
      here.ledger.transaction(() => write(people(round)));
      await thread.stage([{ of, part: { batch: people(round) } }]);
    }
    await thread.drain();
    await thread.close();
    expect(contents(there.ledger)).toEqual(contents(here.ledger));
    expect(stagedDigest(there.ledger)).toBe(stagedDigest(here.ledger));
  }
});

it("says here what went wrong there", async () => {
  const { ledger, mapping } = make("broken.db");
  ledger.db.exec('DROP TABLE "user"');
  const thread = new StagingThread(ledger.path);
  const { seen } = beginExtraction(ledger);
  const of = { mapping, entity: "user", seen: seen.buffer, known: false, placed: true } as const;
  await thread.stage([{ of, part: { batch: people(0) } }]);
  await expect(thread.drain()).rejects.toThrow("SQLITE_ERROR");
  await expect(thread.stage([{ of, part: { batch: people(1) } }])).rejects.toThrow("SQLITE_ERROR");
  await thread.close();
  expect(ledger.db.prepare("SELECT COUNT(*) FROM record").pluck().get()).toBe(0);
});
