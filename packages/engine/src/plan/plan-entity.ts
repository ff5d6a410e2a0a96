import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { TargetMatch } from "../match/target.js";
import type { MatchPolicy } from "../policy.js";
import { stopIfAsked } from "../stop.js";
import { outboundOf, progressOf, type OnProgress, type Target } from "../target.js";
import { keepOne } from "./cardinality.js";
import { chooseMappings } from "./choose.js";
import { decide } from "./decide.js";
import type { DryContext } from "./dry-context.js";
import type { PlannedKeys } from "./planned-keys.js";

export interface PlanWork {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly policy: MatchPolicy;
  readonly keys: PlannedKeys;
  readonly context: DryContext;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

/**
 * The way of an entity's records through the plan: a mapping is chosen for each, what the target keeps
 * only one of is reduced to one, the target's own records are recognized, and what a load would do is
 * decided. Entities are planned in loading order, for references need what was decided before.
 */
export async function planEntity(work: PlanWork, entity: EntityName): Promise<void> {
  const { ledger, target, policy, keys, context, signal, onProgress } = work;
  const total = ledger.db.prepare(`SELECT COUNT(*) FROM "${entity}"`).pluck().get() as number;
  const matching = progressOf("match", entity, total, onProgress);
  const planning = progressOf("plan", entity, total, onProgress);
  const remedy = "Plan again: planning begins anew.";
  const mappings = outboundOf(target, entity);

  let seen = 0;
  const match = new TargetMatch(ledger, entity, mappings, policy);
  for (const page of chooseMappings(ledger, entity, mappings, keys)) {
    ledger.transaction(() => match.seek(page));
    matching((seen += page.length));
    await stopIfAsked(signal, "match", remedy);
  }
  ledger.transaction(() => {
    for (const outbound of mappings) keepOne(ledger, entity, outbound);
    match.settle();
  });
  for (const done of decide(ledger, entity, mappings, keys, context)) {
    planning(done);
    await stopIfAsked(signal, "plan", remedy);
  }
}
