import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeDemoMigration } from "@cutover/testkit";
import { cutover } from "./cutover.js";

/** Moodle keeps one completion of a course for each person: the best, and of equals the newest. */
const rank = (status: string): string =>
  `CASE ${status} WHEN 'completed' THEN 0 WHEN 'passed' THEN 0 WHEN 'waived' THEN 0 WHEN 'not_started' THEN 2 ELSE 1 END`;

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "cutover-best-"));
  await makeDemoMigration(folder, { size: "tiny" });
  await cutover("plan", folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("keeps the best attempt of each person at a course, and names the rule for the others", () => {
  const ledger = new Sqlite(path.join(folder, ".cutover", "ledger.db"), { readonly: true });
  try {
    const pairs = ledger
      .prepare(
        `SELECT ${rank("kept.status")} AS kept, ${rank("other.status")} AS other,
           kept."completedAt" AS keptAt, other."completedAt" AS otherAt
         FROM completion other
         JOIN record ro ON ro.id = other.id AND ro.disposition = 'excluded' AND ro.reason = 'one-completion-per-course'
         JOIN completion kept ON kept."userId" = other."userId" AND kept."courseId" = other."courseId"
         JOIN record rk ON rk.id = kept.id AND rk.disposition = 'created'`,
      )
      .all() as { kept: number; other: number; keptAt: string | null; otherAt: string | null }[];
    expect(pairs.length).toBeGreaterThan(50);
    for (const { kept, other, keptAt, otherAt } of pairs) {
      expect(kept).toBeLessThanOrEqual(other);
      if (kept === other && otherAt !== null) expect(keptAt! >= otherAt).toBe(true);
    }
  } finally {
    ledger.close();
  }
});
