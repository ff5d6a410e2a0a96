import { compare, outgoing, withoutLostReferences } from "@cutover/intake";
import { targetReader, type Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import { sameValue, type CanonicalRecord, type EntityName } from "@cutover/model";
import { deltaOf, type PlanRow } from "../plan/seal.js";
import { outboundOf, type Target } from "../target.js";

/** Records the plan found in the target, or those it creates there as well. */
export type Ends = "there" | "any";

/** What a plan read of the target: all of it, what it planned anew, or that and that nothing else had changed. */
export type PlanSight = "all" | "affected" | "affected and the same";

export const sightOf = (plan: PlanRow): PlanSight => {
  const delta = deltaOf(plan);
  return delta === null ? "all" : delta.reconciliation === undefined ? "affected" : "affected and the same";
};

/** Notes the few that a plan did not leave as they are, so that they are not searched for among all, entity by entity. */
export const notePlannedAnew = ({ db }: Ledger): void =>
  void db.exec(`
    DROP TABLE IF EXISTS temp.planned_anew;
    CREATE TEMP TABLE planned_anew (id INTEGER PRIMARY KEY);
    INSERT INTO temp.planned_anew SELECT id FROM record WHERE gone IS NULL AND settled IS NULL`);

/** What the plan was made for, in SQL, as far as its counterparts were read for it: see `notePlannedAnew`. */
export const seenByPlan = (entity: EntityName, seen: PlanSight, ends: Ends): string =>
  `${seen === "all" ? "" : "temp.planned_anew p CROSS JOIN "}"${entity}" e ${seen === "all" ? "" : "ON e.id = p.id "}
   CROSS JOIN record r ON r.id = e.id
   WHERE r.gone IS NULL
     AND r.disposition IN ('updated', 'unchanged'${ends === "any" ? ", 'created'" : ""})
     ${seen !== "all" ? "AND r.settled IS NULL" : ""}`;

/** Whether a change of the target's record touches anything the mapping writes and compares. */
const matters = (mapping: OutboundMapping, field: string): boolean =>
  mapping.fidelity.get(field)?.fidelity === "kept" || mapping.keepOnUpdate.has(field);

interface Suspect {
  readonly id: number;
  readonly targetKey: string;
  readonly outbound: number;
}

/** Records whose counterpart was read for the plan, and is another one now in what matters. */
export function changedInTarget(
  ledger: Ledger,
  entity: EntityName,
  target: Target,
  seen: PlanSight,
): readonly number[] {
  const mappings = new Map(outboundOf(target, entity).map(({ id, mapping }) => [id, mapping]));
  const readBefore = targetReader(ledger, "before", entity);
  const readNow = targetReader(ledger, "after", entity);
  const suspects = ledger.db
    .prepare(
      `SELECT r.id, r.targetKey, r.outbound FROM ${seenByPlan(entity, seen, "there")}
         AND (SELECT hash FROM "before_${entity}" b WHERE b.key = r.targetKey)
           IS NOT (SELECT hash FROM "after_${entity}" a WHERE a.key = r.targetKey)`,
    )
    .all() as Suspect[];
  const isChanged = ({ outbound }: Suspect, was?: CanonicalRecord, is?: CanonicalRecord): boolean => {
    if (was === undefined || is === undefined) return true;
    const mapping = mappings.get(outbound)!;
    return Object.keys(was).some((f) => matters(mapping, f) && !sameValue(was[f]!, is[f] ?? null));
  };
  const changed: number[] = [];
  for (let i = 0; i < suspects.length; i += 1000) {
    const page = suspects.slice(i, i + 1000);
    const keys = page.map(({ targetKey }) => targetKey);
    const [before, now] = [readBefore(keys), readNow(keys)];
    for (const suspect of page) {
      const { id, targetKey } = suspect;
      if (isChanged(suspect, before.get(targetKey)?.record, now.get(targetKey)?.record)) changed.push(id);
    }
  }
  return changed;
}

/** Records that the plan knew to be in the target as they are staged, and that are not so now. */
export function noLongerAsStaged(ledger: Ledger, entity: EntityName, target: Target): readonly number[] {
  const mappings = new Map(outboundOf(target, entity).map(({ id, mapping }) => [id, mapping]));
  const readBefore = targetReader(ledger, "before", entity);
  const readNow = targetReader(ledger, "after", entity);
  const changed: number[] = [];
  for (const page of outgoing(ledger, entity, { dispositions: ["unchanged"] })) {
    const keys = page.map(({ targetKey }) => targetKey);
    const [before, now] = [readBefore(keys), readNow(keys)];
    for (const { id, targetKey, outbound, out } of page) {
      const is = now.get(targetKey ?? "")?.record;
      const was = before.get(targetKey ?? "")?.record;
      const mapping = mappings.get(outbound ?? 0);
      if (
        is === undefined ||
        mapping === undefined ||
        compare(entity, {
          source: out.record,
          projection: mapping.project(withoutLostReferences(entity, out).out),
          target: is,
          kept: was === undefined ? undefined : { fields: mapping.keepOnUpdate, before: was },
        }).verdict === "different"
      ) {
        changed.push(id);
      }
    }
  }
  return changed;
}
