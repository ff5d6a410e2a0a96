import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createExtractor } from "@cutover/extractors";
import { balances, beginExtraction, openLedger, type Extraction, type Ledger } from "@cutover/ledger";
import { loadSystem } from "@cutover/mapping";
import { writeCompany, type Label } from "@cutover/testkit";
import { checkStaged, registerSide, stageSource } from "@cutover/intake";

const mappings = join(import.meta.dirname, "../../../mappings");
const folder = mkdtempSync(join(tmpdir(), "cutover-company-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly side: string;
  readonly entity: string;
  readonly key: string;
  readonly code: string;
  readonly severity: string;
  readonly note: string | null;
}

async function stage(
  ledger: Ledger,
  extraction: Extraction,
  name: string,
  system: string,
  files: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  const loaded = loadSystem({ folder: join(mappings, system), parameters });
  expect(loaded.problems).toEqual([]);
  const extractor = await createExtractor({
    medium: loaded.system!.medium,
    connection: { folder: files },
    folder: files,
  });
  const side = registerSide(ledger, { name, role: "source", system: loaded.system!, extractor });
  await stageSource(ledger, side, { extraction });
  await extractor.close();
}

/** A whole company's exports through the shipped mappings, and what was found wrong with them. */
async function take(
  defects: boolean,
): Promise<{ readonly ledger: Ledger; readonly labels: readonly Label[]; readonly found: readonly Found[] }> {
  const at = join(folder, defects ? "defects" : "clean");
  const { cornerstone, hr, labels } = writeCompany(at, { seed: 7, size: "tiny", defects });
  const ledger = openLedger(":memory:", { create: true });
  const extraction = beginExtraction(ledger);
  await stage(ledger, extraction, "cornerstone", "cornerstone", cornerstone, { zone: "America/New_York" });
  await stage(ledger, extraction, "hr", "hr-feed", hr);
  checkStaged(ledger, { now: "2025-12-31T00:00:00Z" });
  const found = ledger.db
    .prepare(
      `SELECT s.name AS side, m.entity, r.key, i.code, i.severity, i.note FROM issue i
       JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping JOIN side s ON s.id = m.side
       ORDER BY i.id`,
    )
    .all() as Found[];
  return { ledger, labels, found };
}

describe("a company's exports", () => {
  it("raise no flag where nothing is wrong, and every row is in the books", async () => {
    const { ledger, found } = await take(false);
    expect(found.filter((issue) => issue.severity === "flag")).toEqual([]);
    expect([...balances(ledger).keys()]).toHaveLength(7);
  });

  it("raise one for every planted defect that can be seen before matching, and none besides", async () => {
    const { ledger, labels, found } = await take(true);
    const merged = new Set(
      ledger.db
        .prepare("SELECT DISTINCT key FROM record WHERE disposition = 'merged'")
        .pluck()
        .all() as string[],
    );
    // Who is who across two sources is seen by matching.
    const missed = labels.filter(({ records, codes, need }) => {
      if (codes.every((code) => code.endsWith("-match"))) return false;
      const told = records.filter(
        ({ source, entity, key }) =>
          (codes.includes("merged") && key !== null && merged.has(key)) ||
          found.some(
            (f) =>
              f.side === source &&
              f.entity === entity &&
              codes.includes(f.code) &&
              (f.key === key || (key === null && f.key.startsWith("@"))),
          ),
      );
      return need === "all" ? told.length < records.length : told.length === 0;
    });
    expect(missed.map(({ kind, codes, records }) => [kind, ...codes, records[0]?.key])).toEqual([]);
    const planted = new Set(
      labels.flatMap(({ records, related }) =>
        [...records, ...related].map((r) => `${r.source} ${r.entity} ${r.key}`),
      ),
    );
    const alarms = found.filter(
      ({ side, entity, key, code }) =>
        code !== "dependent" && !key.startsWith("@") && !planted.has(`${side} ${entity} ${key}`),
    );
    expect(alarms).toEqual([]);
  });
});
