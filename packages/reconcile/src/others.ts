import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { expectedDispositions } from "./expected.js";
import type { Reconciled } from "./judging.js";
import { decidedKeys } from "./latecomers.js";

/**
 * Why the target's count of an entity is not that of its loaded records, though nothing is amiss:
 * records that were `there before`, counterparts of records that were `held back` (flagged, left out,
 * merged, or gone from the sources), and loaded records that have a `shared` counterpart.
 */
type Otherness = "there before" | "held back" | "shared";

/** How many records of an entity make the target's count another than the source's, and why. */
export interface Others {
  readonly entity: EntityName;
  readonly what: Otherness;
  readonly records: number;
  readonly sentence: string;
}

const sentences: Readonly<Record<Otherness, (records: number) => string>> = {
  "there before": (n) =>
    n === 1
      ? "one more is in the target: it was there before the load, and is the counterpart of no record of the sources"
      : `${n.toLocaleString("en-US")} more are in the target: they were there before the load, and are the counterparts of no record of the sources`,
  "held back": (n) =>
    n === 1
      ? "one more is in the target: its record was held back, left out, merged into another, or is gone from the sources"
      : `${n.toLocaleString("en-US")} more are in the target: their records were held back, left out, merged into others, or are gone from the sources`,
  shared: (n) =>
    n === 1
      ? "one loaded record has its counterpart together with another"
      : `${n.toLocaleString("en-US")} loaded records have their counterparts together with others`,
};

/** Tells what is in the target beside the loaded records, of which `counts` tells, and those nobody knows of. */
export function findOthers({ db }: Ledger, entity: EntityName, counts: Reconciled): readonly Others[] {
  const count = (sql: string): number => db.prepare(sql).pluck().get() as number;
  const after = `"after_${entity}"`;
  const own = `SELECT r.targetKey FROM record r JOIN mapping m ON m.id = r.mapping
    WHERE m.entity = '${entity}' AND r.targetKey IS NOT NULL`;
  const left = count(`SELECT COUNT(*) FROM ${after}`);
  const met =
    left === 0
      ? 0
      : count(
          `SELECT COUNT(*) FROM ${after} WHERE key IN (${decidedKeys})
             AND key IN (${own} AND r.gone IS NULL AND r.disposition IN (${expectedDispositions}))`,
        );
  const heldBack =
    left === met
      ? 0
      : count(
          `SELECT COUNT(*) FROM ${after} WHERE key IN (
             ${own} AND r.gone IS NOT NULL
             UNION ALL ${own} AND r.disposition IN ('flagged', 'excluded')
             UNION ALL ${own} AND r.canonical IS NOT NULL
           )${met === 0 ? "" : ` AND key NOT IN (${own} AND r.gone IS NULL AND r.disposition IN (${expectedDispositions}))`}`,
        );
  const { equal, explained, different, target, unexpected } = counts;
  const found: readonly (readonly [Otherness, number])[] = [
    ["there before", left - met - heldBack - unexpected],
    ["held back", heldBack],
    ["shared", equal + explained + different - (target - (left - met))],
  ];
  return found.flatMap(([what, records]) =>
    records > 0 ? [{ entity, what, records, sentence: sentences[what](records) }] : [],
  );
}
