import { compare } from "@cutover/intake";
import { issueWriter, targetReader, type Ledger } from "@cutover/ledger";
import type { Outgoing } from "@cutover/mapping";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { Chosen } from "./choose.js";
import type { DryContext } from "./dry-context.js";
import type { PlannedKeys } from "./planned-keys.js";

type End = "created" | "updated" | "unchanged";

/** What a load would do with one record. Pure: the same record, mapping and target give the same end. */
function endOf(
  entity: EntityName,
  { mapping }: Outbound,
  out: Outgoing,
  before: CanonicalRecord | null,
): End {
  if (before === null) return "created";
  const { verdict } = compare(entity, {
    source: out.record,
    projection: mapping.project(out),
    target: before,
    kept: { fields: mapping.keepOnUpdate, before },
  });
  return verdict === "different" ? "updated" : "unchanged";
}

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
): (page: readonly Chosen[]) => void {
  const before = targetReader(ledger, "before", entity);
  const enter = ledger.db.prepare(
    "UPDATE record SET disposition = ?, reason = NULL, outbound = ? WHERE id IN (SELECT value FROM json_each(?))",
  );
  const addIssue = issueWriter(ledger);
  return (page) => {
    const there = before(page.map(({ targetKey }) => targetKey));
    const ends = new Map<Outbound, Record<End, number[]>>();
    for (const { id, targetKey, outbound, out } of page) {
      const found = targetKey === null ? undefined : there.get(targetKey);
      const end = endOf(entity, outbound, out, found?.record ?? null);
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
        if (ids.length > 0) enter.run(end, outbound.id, JSON.stringify(ids));
      }
    }
  };
}
