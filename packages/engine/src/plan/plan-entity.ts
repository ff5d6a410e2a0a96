import { countOutgoing, outgoing, outgoingPages, type OutgoingOptions } from "@cutover/intake";
import { markFlagged, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { TargetMatch } from "../match/target.js";
import type { MatchPolicy } from "../policy.js";
import { stopIfAsked } from "../stop.js";
import { outboundOf, progressOf, type OnProgress, type Outbound, type Target } from "../target.js";
import { keepOne } from "./cardinality.js";
import { choiceWriter, chosenOf, mappingChooser } from "./choose.js";
import { decider } from "./decide.js";
import { newcomerDecider } from "./newcomers.js";
import type { DryContext } from "./dry-context.js";
import type { PlannedKeys } from "./planned-keys.js";
import { enterTried, type Trials } from "./trials.js";

export interface PlanWork {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly policy: MatchPolicy;
  readonly keys: PlannedKeys;
  readonly context: DryContext;
  /** Only the affected records are planned. */
  readonly delta: boolean;
  readonly trials: Trials | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

/** They are read in larger pages: little is read of each, and what is said of a page is mostly said by one statement. */
const newcomersAtOnce = 2000;

const remedy = "Plan again: planning begins anew.";

/**
 * The way of an entity's records through the plan: a mapping is chosen for each, what the target keeps
 * only one of is reduced to one, the target's own records are recognized, and what a load would do is
 * decided. Entities are planned in loading order, for references need what was decided before.
 *
 * Where nothing has to be known of all records before one of them can be decided, each is read once; and
 * of those that the target does not have no more is read than tells that nothing is wrong with them, or none of
 * it where that was told beside.
 */
export async function planEntity(work: PlanWork, entity: EntityName): Promise<void> {
  const { ledger, target, policy, keys, context, delta, trials, signal, onProgress } = work;
  const all: OutgoingOptions = { affected: delta };
  const mappings = outboundOf(target, entity);
  const total = ledger.db
    .prepare(
      delta ? "SELECT COUNT(*) FROM temp.affected WHERE entity = ?" : `SELECT COUNT(*) FROM "${entity}"`,
    )
    .pluck()
    .get(...(delta ? [entity] : [])) as number;
  const planning = progressOf("plan", entity, total, onProgress);
  const match = new TargetMatch(ledger, entity, mappings, policy, delta);
  const isOneOfMany = mappings.some(({ mapping }) => mapping.cardinality !== null);

  if (isOneOfMany) await recognize(work, entity, mappings, match, all);
  else if (match.isNeeded) await recognize(work, entity, mappings, match, { ...all, still: "unnamed" });
  const choose = mappingChooser(ledger, entity, mappings, keys);
  const decide = decider(ledger, entity, keys, context, match);
  markFlagged(ledger);
  let done = 0;
  const decideNew = delta ? null : newcomerDecider(ledger, entity, mappings, keys, choose);
  const tried = delta ? null : await trials?.of(entity);
  if (tried != null) {
    for (const entered of enterTried(ledger, entity, mappings[0]!, keys, tried, trials!.touched(entity))) {
      planning((done += entered));
      await stopIfAsked(signal, "plan", remedy);
    }
  } else if (decideNew !== null) {
    const unnamed = { still: "unnamed", fields: decideNew.reads, batchSize: newcomersAtOnce } as const;
    for (const page of outgoingPages(ledger, entity, unnamed)) {
      done += ledger.transaction(() => decideNew.decide(page));
      planning(done);
      await stopIfAsked(signal, "plan", remedy);
    }
  }
  const open: OutgoingOptions = decideNew === null ? all : { still: "open" };
  if (decideNew === null || done < total) {
    for (const page of outgoing(ledger, entity, open)) {
      ledger.transaction(() => decide(chosenOf(page, choose)));
      planning((done += page.length));
      await stopIfAsked(signal, "plan", remedy);
    }
  }
  markFlagged(ledger);
  keys.forgetFlagged();
}

/** What needs a look at many records of an entity at once: which of several the target keeps, and which it has. */
async function recognize(
  { ledger, keys, signal, onProgress }: PlanWork,
  entity: EntityName,
  mappings: readonly Outbound[],
  match: TargetMatch,
  among: OutgoingOptions,
): Promise<void> {
  const total = countOutgoing(ledger, entity, among);
  const matching = progressOf("match", entity, total, onProgress);
  const choose = mappingChooser(ledger, entity, mappings, keys);
  const enter = choiceWriter(ledger);
  let seen = 0;
  for (const page of outgoing(ledger, entity, among)) {
    ledger.transaction(() => {
      const chosen = chosenOf(page, choose);
      enter(chosen);
      match.seek(chosen);
    });
    matching((seen += page.length));
    await stopIfAsked(signal, "match", remedy);
  }
  ledger.transaction(() => {
    for (const outbound of mappings) keepOne(ledger, entity, outbound);
    match.settle();
  });
}
