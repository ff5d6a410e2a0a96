import { refreshTarget, stageTarget, stillHolds, type HeldRows } from "@cutover/intake";
import { clearTarget, currentExtraction, type Ledger } from "@cutover/ledger";
import { CutoverError, entityNames, type EntityName, type Problem } from "@cutover/model";
import type { PlanRow } from "../plan/seal.js";
import type { MatchPolicy } from "../policy.js";
import { progressOf, type OnProgress, type Target } from "../target.js";
import {
  changedInTarget,
  noLongerAsStaged,
  notePlannedAnew,
  seenByPlan,
  sightOf,
  type Ends,
  type PlanSight,
} from "./changed-in-target.js";
import type { Journal } from "./journal.js";
import { arrivedInTarget } from "./newcomers.js";

/**
 * Law 3: only what was approved runs.
 *
 * @throws CutoverError `stale-plan` naming what is no longer what the plan was made of
 */
export function requireFresh(
  ledger: Ledger,
  plan: PlanRow,
  { definition, staged }: Pick<PlanRow, "definition" | "staged">,
): void {
  const problems: Problem[] = [];
  if (plan.definition !== definition) {
    problems.push({ message: "a mapping, a system's definition or a policy was changed" });
  }
  if (plan.extraction !== currentExtraction(ledger)) {
    problems.push({ message: "the sources were read again" });
  } else if (plan.staged !== staged) {
    problems.push({ message: "staged records or decisions were changed" });
  }
  // What the plan found in the target went with them; the crosswalk forgot it too.
  const undone = ledger.db
    .prepare(
      "SELECT id FROM run WHERE state = 'undone' AND plan < @id AND finishedAt >= @createdAt ORDER BY id",
    )
    .pluck()
    .all({ id: plan.id, createdAt: plan.createdAt }) as number[];
  for (const run of undone) problems.push({ message: `run ${run}, which came before the plan, was undone` });
  if (problems.length === 0) return;
  throw new CutoverError("stale-plan", `the plan ${plan.digest} is stale`, {
    stage: "load",
    problems,
    remedy: "Plan again, and have the new plan approved.",
  });
}

/** Those of the records whose counterpart is gone: the target has just been read as `after`. */
const goneFrom = (ledger: Ledger, entity: EntityName, records: readonly number[]): readonly number[] =>
  ledger.db
    .prepare(
      `SELECT id FROM record WHERE id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM "after_${entity}" a WHERE a.key = record.targetKey)`,
    )
    .pluck()
    .all(JSON.stringify(records)) as number[];

export interface ChangedOptions {
  readonly plan: PlanRow;
  readonly policy?: MatchPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Reads those entities of the target again that the plan writes to or matched records in, and flags each
 * record whose counterpart is no longer what the plan saw, or has come since: what would happen to it was
 * not approved. A target that still has the very rows that the plan saw needs no further look. Returns how
 * many were flagged.
 */
export async function flagChanged(
  ledger: Ledger,
  target: Target,
  journal: Journal,
  { plan, policy = {}, signal, onProgress }: ChangedOptions,
): Promise<number> {
  const seen = sightOf(plan);
  const held = plan.held === null ? null : (JSON.parse(plan.held) as HeldRows);
  if (seen !== "all") notePlannedAnew(ledger);
  let flagged = 0;
  const flagAll = (ids: readonly number[], note: string): void => {
    flagged += ids.length;
    journal.flag(
      ids.map((id) => ({
        id,
        issues: [{ code: "changed-since-plan", severity: "flag", field: null, note }],
      })),
    );
  };
  for (const entity of entityNames) {
    const ask = (what: string, among: PlanSight, ends: Ends) =>
      ledger.db.prepare(`SELECT ${what} FROM ${seenByPlan(entity, among, ends)}`).pluck();
    const planned = (
      seen === "affected" ? ask("COUNT(*)", seen, "there") : ask("COUNT(*)", "all", "any")
    ).get() as number;
    if (planned === 0) continue;
    const report = progressOf("verify", entity, planned, onProgress);
    const reading = { signal, onProgress: ({ read }: { readonly read: number }) => report(read) };
    const entities = [entity];
    if (held !== null && (await stillHolds(target.side, held, { ...reading, entities }))) continue;
    if (seen === "affected") {
      const keys = new Set(ask("r.targetKey", seen, "there").all() as string[]);
      await refreshTarget(ledger, target.side, "after", entity, keys, reading);
    } else {
      await stageTarget(ledger, target.side, "after", { ...reading, entities });
    }
    const changed = new Set(changedInTarget(ledger, entity, target, seen));
    if (seen === "affected and the same") {
      for (const id of noLongerAsStaged(ledger, entity, target)) changed.add(id);
    }
    flagAll([...changed], "its counterpart in the target is not what the plan saw");
    journal.forgetNames(goneFrom(ledger, entity, [...changed]));
    // Of a target that was not read nobody knows what came; natural keys tell, when a record is written.
    if (seen !== "affected") {
      flagAll(
        arrivedInTarget(ledger, entity, target, policy),
        "the target has got a counterpart since the plan",
      );
    }
    // What was read is judged; it would only make the ledger larger.
    clearTarget(ledger, "after", entity);
  }
  return flagged;
}
