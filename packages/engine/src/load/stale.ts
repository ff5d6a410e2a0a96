import { refreshTarget, stageTarget } from "@cutover/intake";
import { clearTarget, currentExtraction, stagedDigest, targetReader, type Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import {
  CutoverError,
  entityNames,
  sameValue,
  type CanonicalRecord,
  type EntityName,
  type Problem,
} from "@cutover/model";
import type { PlanRow } from "../plan/seal.js";
import type { MatchPolicy } from "../policy.js";
import { outboundOf, progressOf, type OnProgress, type Target } from "../target.js";
import type { Journal } from "./journal.js";
import { arrivedInTarget } from "./newcomers.js";

/**
 * Law 3: only what was approved runs.
 *
 * @throws CutoverError `stale-plan` naming what is no longer what the plan was made of
 */
export function requireFresh(ledger: Ledger, plan: PlanRow, definition: string): void {
  const problems: Problem[] = [];
  if (plan.definition !== definition) {
    problems.push({ message: "a mapping, a system's definition or a policy was changed" });
  }
  if (plan.extraction !== currentExtraction(ledger)) {
    problems.push({ message: "the sources were read again" });
  } else if (plan.staged !== stagedDigest(ledger)) {
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

/** Whether a change of the target's record touches anything the mapping writes and compares. */
const matters = (mapping: OutboundMapping, field: string): boolean =>
  mapping.fidelity.get(field)?.fidelity === "kept" || mapping.keepOnUpdate.has(field);

interface Suspect {
  readonly id: number;
  readonly targetKey: string;
  readonly outbound: number;
}

function changedInTarget(
  ledger: Ledger,
  entity: EntityName,
  target: Target,
  delta: boolean,
): readonly number[] {
  const mappings = new Map(outboundOf(target, entity).map(({ id, mapping }) => [id, mapping]));
  const readBefore = targetReader(ledger, "before", entity);
  const readNow = targetReader(ledger, "after", entity);
  const suspects = ledger.db
    .prepare(
      `SELECT r.id, r.targetKey, r.outbound FROM ${seenByPlan(entity, delta, "there")}
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

/** Records the plan found in the target, or those it creates there as well. */
type Ends = "there" | "any";

/** What the plan was made for, in SQL. Of others a delta trusts that the target has them still. */
const seenByPlan = (entity: EntityName, delta: boolean, ends: Ends): string =>
  `${delta ? `record r CROSS JOIN "${entity}" e ON e.id = r.id` : `"${entity}" e CROSS JOIN record r ON r.id = e.id`}
   WHERE r.gone IS NULL
     AND r.disposition IN ('updated', 'unchanged'${ends === "any" ? ", 'created'" : ""})
     ${delta ? "AND r.settled IS NULL" : ""}`;

export interface ChangedOptions {
  /** Only what the plan itself read of the target is read again. */
  readonly delta?: boolean | undefined;
  readonly policy?: MatchPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Reads those entities of the target again that the plan writes to or matched records in, and flags each
 * record whose counterpart is no longer what the plan saw, or has come since: what would happen to it was
 * not approved. Returns how many.
 */
export async function flagChanged(
  ledger: Ledger,
  target: Target,
  journal: Journal,
  { delta = false, policy = {}, signal, onProgress }: ChangedOptions,
): Promise<number> {
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
    const ask = (what: string, ends: Ends) =>
      ledger.db.prepare(`SELECT ${what} FROM ${seenByPlan(entity, delta, ends)}`).pluck();
    const planned = ask("COUNT(*)", delta ? "there" : "any").get() as number;
    if (planned === 0) continue;
    const report = progressOf("verify", entity, planned, onProgress);
    const reading = { signal, onProgress: ({ read }: { readonly read: number }) => report(read) };
    if (delta) {
      const keys = new Set(ask("r.targetKey", "there").all() as string[]);
      await refreshTarget(ledger, target.side, "after", entity, keys, reading);
    } else {
      await stageTarget(ledger, target.side, "after", { ...reading, entities: [entity] });
    }
    flagAll(
      changedInTarget(ledger, entity, target, delta),
      "its counterpart in the target is not what the plan saw",
    );
    // Of a target that was not read nobody knows what came; natural keys tell, when a record is written.
    if (!delta) {
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
