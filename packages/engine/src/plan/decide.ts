import { compare } from "@cutover/intake";
import { eachStretch, issueWriter, targetReader, type Ledger } from "@cutover/ledger";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import type { TargetMatch } from "../match/target.js";
import type { Outbound } from "../target.js";
import type { Chosen } from "./choose.js";
import type { DryContext } from "./dry-context.js";
import type { PlannedKeys } from "./planned-keys.js";

type End = "created" | "updated" | "unchanged";

/** What a load would do with one record. Pure: the same record, mapping and target give the same end. */
function endOf(
  entity: EntityName,
  { run, outbound: { mapping }, out }: Chosen,
  before: CanonicalRecord | null,
  match: Pick<TargetMatch, "isStranger">,
): End | "stranger" {
  if (before === null) return "created";
  const projection = mapping.project(out);
  const { verdict } = compare(entity, {
    source: out.record,
    projection,
    target: before,
    kept: { fields: mapping.keepOnUpdate, before },
  });
  if (verdict !== "different") return "unchanged";
  return run !== null && match.isStranger(projection.record, before) ? "stranger" : "updated";
}

const strange = {
  code: "conflicting-match",
  severity: "flag",
  stage: "match",
  note: "what the target has under the key of an earlier run is something else",
} as const;

/**
 * A function that decides for each record of a page whether a load would create it, update it or leave it
 * as it is, and flags what the target would not take: its rows are computed on trial. Call it inside a
 * transaction.
 */
export function decider(
  ledger: Ledger,
  entity: EntityName,
  keys: PlannedKeys,
  context: DryContext,
  match: Pick<TargetMatch, "isStranger">,
): (page: readonly Chosen[]) => void {
  const before = targetReader(ledger, "before", entity);
  const enter = ledger.db.prepare(
    "UPDATE record SET disposition = ?, reason = NULL, outbound = ? WHERE id BETWEEN ? AND ?",
  );
  const addIssue = issueWriter(ledger);
  return (page) => {
    const there = before(page.map(({ targetKey }) => targetKey));
    const ends = new Map<Outbound, Record<End, number[]>>();
    for (const record of page) {
      const { id, targetKey, outbound, out } = record;
      const found = targetKey === null ? undefined : there.get(targetKey);
      const end = endOf(entity, record, found?.record ?? null, match);
      if (end === "stranger") {
        addIssue({ ...strange, record: id });
        continue;
      }
      if (end !== "unchanged") {
        const trial = outbound.mapping.rows(out, targetKey, context);
        for (const issue of trial.issues) addIssue({ ...issue, record: id, stage: "plan" });
        if (targetKey === null) keys.remember(entity, id, trial.targetKey);
      }
      let groups = ends.get(outbound);
      if (groups === undefined) ends.set(outbound, (groups = { created: [], updated: [], unchanged: [] }));
      groups[end].push(id);
    }
    for (const [outbound, groups] of ends) {
      for (const [end, ids] of Object.entries(groups)) {
        eachStretch(ids, (first, last) => enter.run(end, outbound.id, first, last));
      }
    }
  };
}
