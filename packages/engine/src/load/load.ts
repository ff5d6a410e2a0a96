import type { Side } from "@cutover/intake";
import { closeBooks, stagedDigest, type Ledger } from "@cutover/ledger";
import { CutoverError, entityNames, type RunKind } from "@cutover/model";
import { requireApproval } from "../approve.js";
import { runJson, type RunJson } from "../books.js";
import { checkConditions, requireConditions, type ConditionOutcome } from "../conditions.js";
import { persist, type Retry } from "../persist.js";
import { definitionOf } from "../plan/make-plan.js";
import { lastPlan, type PlanRow } from "../plan/seal.js";
import type { MatchPolicy } from "../policy.js";
import type { OnProgress, Target } from "../target.js";
import { countTables } from "./count-tables.js";
import { Journal } from "./journal.js";
import { loadEntity } from "./load-entity.js";
import type { DraftAhead } from "./lot.js";
import { recover } from "./recover.js";
import { lastRun, markRun, settle, startRun, type RunRow } from "./run-row.js";
import { flagChanged, requireFresh } from "./stale.js";
import { TargetMemory } from "./target-memory.js";

export interface LoadOptions {
  readonly ledger: Ledger;
  /** As they were for the plan: their definitions are part of what was approved. */
  readonly sources: readonly Side[];
  readonly target: Target;
  readonly policy?: MatchPolicy | undefined;
  readonly kind: RunKind;
  /** By default the last plan. */
  readonly plan?: PlanRow | undefined;
  /** The digest of what is staged, where it was begun since this process took the ledger; by default it is made here. */
  readonly staged?: Promise<string> | undefined;
  /** Records a batch. */
  readonly batchSize?: number | undefined;
  /** Has pages drafted elsewhere while others are written; by default all is done here. */
  readonly ahead?: DraftAhead | undefined;
  /** The clock, as instants. */
  readonly now?: (() => string) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Told when the target was out of reach and is going to be tried again. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
  /** Told how the conditions before a load stand, before anything is written. */
  readonly onConditions?: ((before: readonly ConditionOutcome[]) => void) | undefined;
}

export interface LoadResult extends RunJson {
  readonly state: RunRow["state"];
  /** Whether this call went on with a run that was stopped before. */
  readonly resumed: boolean;
  /** Whether the plan had been loaded before, so that nothing was done. */
  readonly repeated: boolean;
  readonly conditions: readonly ConditionOutcome[];
}

const defaultBatchSize = 5000;

function planToLoad({ ledger, plan }: LoadOptions): PlanRow {
  const found = plan ?? lastPlan(ledger);
  if (found !== null) return found;
  throw new CutoverError("nothing-to-do", "there is no plan to load", {
    stage: "load",
    remedy: "Make one first: cutover plan.",
  });
}

const isHalfUndone = (ledger: Ledger, run: RunRow): boolean =>
  run.state !== "undone" &&
  ledger.db.prepare("SELECT 1 FROM batch WHERE run = ? AND state = 'undone' LIMIT 1").get(run.id) !==
    undefined;

/** The run to go on with: one of the plan that was stopped, or a new one of a plan that is still what it was. */
async function openRun(
  options: LoadOptions,
  plan: PlanRow,
  at: string,
): Promise<{ readonly run: RunRow; readonly resumed: boolean }> {
  const { ledger, target, sources, policy, kind } = options;
  const last = lastRun(ledger, plan.id);
  if (last !== null && isHalfUndone(ledger, last)) {
    throw new CutoverError("usage", `undoing run ${last.id} was stopped halfway`, {
      stage: "load",
      remedy: `Finish it first: cutover undo --run ${last.id}.`,
    });
  }
  if (last !== null && (last.state === "running" || last.state === "interrupted")) {
    if (last.kind !== kind) {
      throw new CutoverError("usage", `run ${last.id} of the plan is a ${last.kind} and was stopped`, {
        stage: "load",
        remedy: `Go on with the ${last.kind}, or undo it.`,
      });
    }
    markRun(ledger, last.id, "running", at);
    return { run: last, resumed: true };
  }
  const staged = (await options.staged) ?? stagedDigest(ledger);
  requireFresh(ledger, plan, { definition: definitionOf(sources, target, policy), staged });
  return { run: startRun(ledger, plan, kind, at), resumed: false };
}

/** Once a run: did the target change since the plan? A run stopped before the answer asks again. */
async function verifyTarget(
  options: LoadOptions,
  plan: PlanRow,
  run: RunRow,
  journal: Journal,
): Promise<void> {
  const { ledger, target, policy, signal, onProgress } = options;
  const verified = ledger.db.prepare("SELECT 1 FROM event WHERE kind = 'target-verified' AND run = ?");
  if (verified.get(run.id) !== undefined) return;
  const changed = await flagChanged(ledger, target, journal, {
    plan,
    policy,
    signal,
    onProgress,
  });
  await target.side.extractor.release?.();
  ledger.append("target-verified", { changed }, run.id);
}

async function loadAll(options: LoadOptions, plan: PlanRow, run: RunRow): Promise<void> {
  const { ledger, target, signal, onProgress } = options;
  const journal = new Journal(ledger, run.id);
  // The plan may have been made a moment ago, from a state of the target that is still being held.
  await target.side.extractor.release?.();
  await target.loader.claim?.();
  await recover(ledger, target);
  await verifyTarget(options, plan, run, journal);
  await countTables(ledger, target, run.id);
  const memory = new TargetMemory();
  const batchSize = options.batchSize ?? defaultBatchSize;
  for (const entity of entityNames) {
    const { ahead } = options;
    await loadEntity({ ledger, target, journal, memory, batchSize, ahead, signal, onProgress }, entity);
  }
}

/** Loads, and goes on after the target was out of reach: what was written by then, the target tells. */
function persevere(options: LoadOptions, plan: PlanRow, run: RunRow): Promise<void> {
  const { ledger, signal, onRetry } = options;
  // A batch that each attempt finds unwritten, and gives up, has not come further.
  const done = ledger.db.prepare("SELECT COUNT(*) FROM batch WHERE run = ? AND state = 'done'").pluck();
  return persist(() => loadAll(options, plan, run), {
    stage: "load",
    signal,
    progress: () => done.get(run.id),
    onRetry: (retry) => {
      const { code, driverCode = null } = retry.error;
      ledger.append("run-retried", { code, driverCode }, run.id);
      onRetry?.(retry);
    },
  });
}

/** Says that a run was stopped. Where the ledger itself is what failed, it cannot: what stopped it is told all the same. */
function noteStop(ledger: Ledger, run: RunRow, at: string, cause: unknown): void {
  try {
    markRun(ledger, run.id, "interrupted", at, {
      code: cause instanceof CutoverError ? cause.code : "internal",
    });
  } catch {
    // A run that is said to be running is resumed like one that was interrupted.
  }
}

/** @throws CutoverError `books-unbalanced` when a record the plan writes has neither been written nor flagged */
function requireAllApplied(ledger: Ledger): void {
  const left = ledger.db
    .prepare(
      `SELECT COUNT(*) FROM record WHERE gone IS NULL
       AND disposition IN ('created', 'updated') AND applied IS NULL`,
    )
    .pluck()
    .get() as number;
  if (left > 0)
    throw new CutoverError("books-unbalanced", `${left} records were not written`, { stage: "load" });
}

/**
 * Loads a plan, or goes on with a run of it that was stopped: killed at any instant, it resumes to the
 * same end. A plan that a finished run loaded is not loaded again: its result is returned.
 *
 * @throws CutoverError `not-approved`, `condition-fails` (production only), `stale-plan`, `interrupted`,
 * `nothing-to-do`, and what the target's medium throws; the run can then be resumed
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { ledger, target, kind } = options;
  const now = options.now ?? (() => new Date().toISOString());
  const plan = planToLoad(options);
  const last = lastRun(ledger, plan.id);
  if (last?.state === "finished" && last.kind === kind && !isHalfUndone(ledger, last)) {
    return { ...runJson(ledger, last), state: last.state, resumed: false, repeated: true, conditions: [] };
  }
  if (kind === "production") requireApproval(ledger, plan.digest);
  const { signal, onRetry } = options;
  const conditions = (moment: "before" | "after", run?: number): Promise<readonly ConditionOutcome[]> =>
    persist(() => checkConditions(ledger, target, moment, run), { stage: "load", signal, onRetry });
  const before = await conditions("before");
  options.onConditions?.(before);
  if (kind === "production") requireConditions(before);

  const { run, resumed } = await openRun(options, plan, now());
  let books: ReturnType<typeof closeBooks>;
  try {
    await persevere(options, plan, run);
    requireAllApplied(ledger);
    await target.loader.publish?.(target.side.system.tables);
    books = closeBooks(ledger);
  } catch (cause) {
    noteStop(ledger, run, now(), cause);
    throw cause;
  }
  const after = await conditions("after", run.id);
  const result = runJson(ledger, run, books);
  const { balanced, entities } = result;
  ledger.transaction(() => {
    settle(ledger, run.id);
    markRun(ledger, run.id, "finished", now(), { balanced, entities });
  });
  return { ...result, state: "finished", resumed, repeated: false, conditions: [...before, ...after] };
}
