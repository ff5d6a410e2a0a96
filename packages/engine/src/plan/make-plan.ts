import type { HeldRows, Side } from "@cutover/intake";
import { closeBooks, heldBack, stagedDigestBeside, waiting, type Ledger } from "@cutover/ledger";
import {
  canonicalJson,
  entityNames,
  type Balance,
  type EntityName,
  type LoaderCapabilities,
} from "@cutover/model";
import { recover } from "../load/recover.js";
import { unsettle } from "../load/run-row.js";
import { References } from "../load/references.js";
import { matchSources } from "../match/sources.js";
import { definitionDigest, type MatchPolicy } from "../policy.js";
import type { OnProgress, Target } from "../target.js";
import { DryContext } from "./dry-context.js";
import { settleUnaffected } from "./delta.js";
import { fidelityOf, type FidelityOf } from "./fidelity.js";
import { checkFits } from "./fits.js";
import { planEntity } from "./plan-entity.js";
import { PlannedKeys } from "./planned-keys.js";
import { sealPlan, type DeltaBase, type PlanRow } from "./seal.js";
import type { Trials } from "./trials.js";

export interface PlanOptions {
  readonly ledger: Ledger;
  /** In declared order: where records are the same, those of earlier sources survive. */
  readonly sources: readonly Side[];
  readonly target: Target;
  readonly policy?: MatchPolicy | undefined;
  /** The part of the data that moves; whatever it is, it is sealed. Leaving the others out is the check's work. */
  readonly scope?: object | undefined;
  /** What a delta builds on: only what is affected is planned. The target is read here, as far as it is needed. */
  readonly delta?: DeltaBase | undefined;
  /** What the target held when all of it was read; absent where it was not. */
  readonly held?: HeldRows | undefined;
  /** What was begun when everything was staged. */
  readonly trials?: Trials | undefined;
  /** What has to be done before the plan is sealed: the totals that it will be held against are taken. */
  readonly sealAfter?: Promise<unknown> | undefined;
  /** Name and version of what plans. */
  readonly tool: string;
  /** An instant. */
  readonly now: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface Plan extends PlanRow {
  readonly entities: ReadonlyMap<EntityName, Balance>;
  readonly fidelity: readonly FidelityOf[];
  readonly capabilities: LoaderCapabilities;
}

/** The digest of what a plan is made with, data apart; a load compares it with the plan's. */
export const definitionOf = (sources: readonly Side[], target: Target, policy: MatchPolicy = {}): string =>
  definitionDigest([...sources, target.side], policy);

/** Forgets what an earlier plan of the same extraction decided. */
function forgetEarlierPlan(ledger: Ledger, delta: boolean): void {
  // A delta leaves what it does not plan as it ended, with the mapping that took it.
  if (!delta) ledger.db.exec("UPDATE record SET outbound = NULL WHERE outbound IS NOT NULL");
  ledger.db.exec(`
    DELETE FROM issue WHERE stage IN ('match', 'plan', 'load');
    UPDATE record SET disposition = NULL, reason = NULL, applied = NULL
    WHERE ${delta ? `id IN (${waiting})` : "gone IS NULL"}
      AND (disposition IN ('created', 'updated', 'unchanged')${delta ? " AND settled IS NULL" : ""}
        OR (disposition = 'flagged' AND hash IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM open_flag f WHERE f.record = record.id)))`);
}

/**
 * Plans a load of what is staged and checked: matches the sources with each other and with the target
 * (staged as `before`), decides the end of every record, and seals it all by one digest.
 *
 * @throws CutoverError `target-schema`, `interrupted`, `books-unbalanced`, and what the target's medium throws
 */
export async function makePlan(options: PlanOptions): Promise<Plan> {
  const { ledger, sources, target, trials, signal, onProgress } = options;
  const policy = options.policy ?? {};
  await checkFits(target);
  const references = new References();
  await references.load(target.loader, target.side.system.references);

  ledger.transaction(() => forgetEarlierPlan(ledger, options.delta !== undefined));
  await recover(ledger, target); // what a killed run left open belongs to the crosswalk before it is matched
  matchSources(ledger, sources, policy);
  if (options.delta !== undefined) {
    await settleUnaffected({ base: options.delta, ledger, target, signal, onProgress });
  }
  const keys = new PlannedKeys(ledger);
  const context = new DryContext(references);
  const delta = options.delta !== undefined;
  for (const entity of entityNames) {
    await planEntity({ ledger, target, policy, keys, context, delta, trials, signal, onProgress }, entity);
  }

  // Every record has its end: it is sealed while the books are closed.
  const staged = stagedDigestBeside(ledger);
  // Whoever fails here is told of first.
  staged.catch(() => undefined);
  const entities = closeBooks(ledger);
  const fidelity = entityNames.flatMap((entity) => fidelityOf(ledger, target, entity));
  const { capabilities } = target.loader;
  const sealed = {
    definition: definitionOf(sources, target, policy),
    tool: options.tool,
    scope: canonicalJson(
      options.delta === undefined ? (options.scope ?? null) : { ...options.scope, delta: options.delta },
    ),
  };
  // What is not as the target holds it is planned anew by the next delta, whatever the target held before.
  unsettle(ledger, delta ? `id IN (${heldBack})` : "disposition <> 'unchanged'");
  const parts = { ...sealed, staged: await staged };
  await options.sealAfter;
  const plan = sealPlan(ledger, { ...parts, held: options.held ?? null }, options.now, (row) => ({
    ...row,
    entities: Object.fromEntries(entities),
    undo: capabilities.undo,
  }));
  return { ...plan, entities, fidelity, capabilities };
}
