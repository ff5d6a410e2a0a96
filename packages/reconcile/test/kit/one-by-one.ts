import { stageTarget } from "@cutover/intake";
import { targetReader, type NewDifference } from "@cutover/ledger";
import { entityNames, type EntityName } from "@cutover/model";
import { expect } from "vitest";
import type { Trial } from "../../../engine/test/kit/trial.js";
import { expectationOf } from "../../src/compare-part.js";
import { Differences } from "../../src/differences.js";
import { expectedReader } from "../../src/expected.js";
import { reconcile } from "../../src/index.js";
import { Judging, outboundOf } from "../../src/judging.js";
import { tieOut, type TiedTotal } from "../../src/tie-out.js";

const figures = ["source", "equal", "explained", "different", "missing"] as const;

const expectedOf = (totals: readonly TiedTotal[], of: EntityName): readonly unknown[] =>
  totals
    .filter(({ entity, expected }) => entity === of && expected !== null)
    .map(({ measure, grouping, expected }) => ({ measure, grouping, expected }));

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/**
 * Reads back, and compares what is found with what there is to be found when the whole target is read first, a
 * record is made of every row, and each is compared by itself.
 */
export async function asOneByOne(t: Trial): Promise<void> {
  const { ledger, sources } = t;
  const { side: target } = await t.target();
  try {
    const { entities, totals, reconciliation } = await reconcile({ ledger, sources, target, run: 1 });
    const found = ledger.db.prepare(
      `SELECT verdict, record, field, rule, source, projected, target FROM difference
       WHERE reconciliation = ? AND entity = ? AND record IS NOT NULL`,
    );
    const all = new Map(entityNames.map((entity) => [entity, found.all(reconciliation, entity)]));
    await stageTarget(ledger, target, "after");
    for (const entity of entityNames) {
      const differences: NewDifference[] = [];
      const told = new Differences(entity, (some) => differences.push(...some));
      const mappings = outboundOf(target, entity);
      const judging = new Judging(entity, mappings, expectationOf(ledger, target, entity), told);
      const read = expectedReader(ledger, entity, mappings);
      const look = targetReader(ledger, "after", entity);
      for (let page = read(0); page.length > 0; page = read(page.at(-1)!.sent.id)) {
        const are = look(page.map(({ sent }) => sent.targetKey));
        for (const each of page) judging.judge(each, are.get(each.sent.targetKey ?? "")?.record ?? null);
      }
      told.write();
      for (const figure of figures) {
        expect([entity, figure, entities[entity]?.[figure] ?? 0]).toEqual([
          entity,
          figure,
          judging.counts[figure],
        ]);
      }
      const alone = differences.map((one) => ({
        verdict: one.verdict,
        record: one.record,
        field: one.field ?? null,
        rule: one.rule ?? null,
        source: one.source ?? null,
        projected: one.projected ?? null,
        target: one.target ?? null,
      }));
      expect(all.get(entity)!.toSorted(byText)).toEqual(alone.toSorted(byText));
      const tied = tieOut({ ledger, sources, target, own: new Map() }, entity, judging.expectation);
      expect(expectedOf(totals, entity)).toEqual(expectedOf(tied, entity));
    }
  } finally {
    await t.disconnect();
  }
}
