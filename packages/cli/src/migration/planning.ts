import {
  checkFits,
  deltaBase,
  definitionOf,
  makePlan,
  reconciledBase,
  type DeltaBase,
  type EngineProgress,
  type Plan,
  type ReconciledBase,
  type Retry,
  type Trials,
} from "@cutover/engine";
import {
  checkStaged,
  emptyFiles,
  stageSource,
  stageTarget,
  stillHolds,
  takeTotals,
  type CheckCounts,
  type EmptyFile,
  type HeldRows,
  type IntakeProgress,
  type MappingCounts,
  type RowsRead,
  type Scope,
  type TargetCounts,
} from "@cutover/intake";
import { beginExtraction, endExtraction, type Ledger } from "@cutover/ledger";
import { CutoverError, type EntityName } from "@cutover/model";
import type { Progress } from "../output/progress.js";
import { withTrials } from "../threads/trials-thread.js";
import { toolVersion } from "./declared.js";
import { rereading } from "./rereading.js";
import { noteFiles } from "./source-files.js";
import { waveOf } from "./wave.js";
import type { Workspace } from "./workspace.js";

export interface Planned {
  readonly plan: Plan;
  readonly read: readonly (MappingCounts & { readonly source: string })[];
  readonly target: readonly TargetCounts[];
  readonly checked: CheckCounts;
  /** Files of the sources that hold no record. */
  readonly empty: readonly EmptyFile[];
  /** Where a delta was asked for. */
  readonly delta: Delta | null;
}

/** What became of the wish for a delta. */
interface Delta {
  /** The run it builds on; null where it had to be a full plan. */
  readonly run: number | null;
  /** Why it had to be a full plan. */
  readonly because: string | null;
  /** Extracts that say what changed, and were read whole all the same. */
  readonly whole: readonly { readonly source: string; readonly extract: string; readonly because: string }[];
}

export interface PlanningOptions {
  /** A wave: names, codes or keys of organizations; none means everybody. */
  readonly organizations: readonly string[];
  /** Reads and plans only what changed, where a finished run allows it. */
  readonly delta?: boolean;
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
  readonly onRetry: (retry: Retry) => void;
}

/** A run that was begun and neither finished nor undone. */
export const unfinishedRun = (ledger: Ledger): { readonly id: number; readonly kind: string } | null =>
  (ledger.db
    .prepare("SELECT id, kind FROM run WHERE state IN ('running', 'interrupted') ORDER BY id DESC LIMIT 1")
    .get() as { id: number; kind: string } | undefined) ?? null;

/** The progress of reading, as the display wants it. */
const readingProgress =
  (report: (progress: Progress) => void, phase: string) =>
  ({ side, extract, read }: IntakeProgress): void =>
    report({ phase: `${phase} ${side}`, entity: extract, done: read, total: null });

/** The progress of the engine, likewise. */
export const engineProgress =
  (report: (progress: Progress) => void) =>
  ({ step, entity, done, total }: EngineProgress): void =>
    report({ phase: step, entity, done, total });

/**
 * The way of a record to the plan: extract, map, check, match. Nothing is written to the target. What is
 * read is one state of a source, so after a lost connection all is read again.
 */
export async function planMigration(workspace: Workspace, options: PlanningOptions): Promise<Planned> {
  const { ledger, sources, target } = workspace;
  const unfinished = unfinishedRun(ledger);
  if (unfinished !== null) {
    throw new CutoverError(
      "usage",
      `${unfinished.kind} ${unfinished.id} was interrupted and is not finished`,
      {
        stage: "plan",
        remedy: "Resume it with `cutover run`, or take it back with `cutover undo`; then plan.",
      },
    );
  }
  const { signal, onRetry } = options;
  // Asked before anything is read: a reading that is stopped leaves nothing that a delta could build on.
  const base = baseOf(workspace);
  const wished = options.delta === true ? base : null;
  const reconciled = wished !== null || typeof base === "string" ? null : reconciledBase(ledger, base);
  return rereading([...sources, target], { stage: "plan", signal, onRetry }, () =>
    planOnce(workspace, options, wished, reconciled),
  );
}

const toolName = `cutover ${toolVersion}`;

const baseOf = ({ ledger, sources, target, loader, migration }: Workspace): DeltaBase | string =>
  deltaBase(ledger, {
    definition: definitionOf(sources, { side: target, loader }, migration.policy),
    tool: toolName,
  });

async function planOnce(
  workspace: Workspace,
  options: PlanningOptions,
  wished: DeltaBase | string | null,
  reconciled: ReconciledBase | null,
): Promise<Planned> {
  const { ledger, sources, target, loader, migration } = workspace;
  const { signal, report } = options;
  const now = new Date().toISOString();
  const entities = migration.entities ?? undefined;
  const reading = { entities, signal, onProgress: readingProgress(report, "reading") };
  // Another database than was meant is told by its tables, before anything is read of it.
  await checkFits({ side: target, loader });
  const isAsReconciled = reconciled !== null && (await stillHolds(target, reconciled.held, reading));
  const trusted = wished === null || typeof wished === "string" ? undefined : wished;
  const base = isAsReconciled ? { run: reconciled.run, reconciliation: reconciled.reconciliation } : trusted;
  const whole: Delta["whole"][number][] = [];
  const enriched = Object.keys(migration.policy.enrich ?? {}) as EntityName[];
  const extraction = beginExtraction(ledger);
  const read: (MappingCounts & { source: string })[] = [];
  for (const side of sources) {
    const counts = await stageSource(ledger, side, {
      ...reading,
      extraction,
      delta:
        trusted === undefined
          ? undefined
          : {
              whole: enriched,
              onWhole: (extract, because) => whole.push({ source: side.name, extract, because }),
            },
    });
    read.push(...counts.map((c) => ({ source: side.name, ...c })));
  }
  endExtraction(ledger, extraction);
  // Source and target count while what was read is checked and planned.
  const counted = Promise.all(sources.map((side) => takeTotals(ledger, side, "source")));
  counted.catch(() => undefined);
  await noteFiles(ledger, sources);
  const empty: EmptyFile[] = [];
  for (const side of sources) empty.push(...(await emptyFiles(ledger, side)));
  const scope = waveOf(ledger, options.organizations);
  const staged: Staged = { now, base, scope, counted, held: isAsReconciled ? reconciled.held : undefined };
  const planned = await (base === undefined
    ? withTrials(workspace, (trials) => planStaged(workspace, options, staged, trials))
    : planStaged(workspace, options, staged, undefined));
  const delta =
    wished === null
      ? null
      : { run: trusted?.run ?? null, because: typeof wished === "string" ? wished : null, whole };
  return { ...planned, read, empty, delta };
}

/** What is known when the sources are staged. */
interface Staged {
  readonly now: string;
  readonly base: DeltaBase | undefined;
  readonly scope: Scope;
  /** Done when the sources' totals are taken. */
  readonly counted: Promise<unknown>;
  /** What the target holds, where that was read before. */
  readonly held: HeldRows | undefined;
}

/** From what is staged to the plan. A delta reads of the target what it plans, once it knows that. */
async function planStaged(
  { ledger, sources, target, loader, migration }: Workspace,
  { signal, report }: PlanningOptions,
  { now, base, scope, counted, held }: Staged,
  trials: Trials | undefined,
): Promise<Pick<Planned, "plan" | "target" | "checked">> {
  const { policy } = migration;
  const delta = base !== undefined;
  report({ phase: "checking", entity: null, done: 0, total: null });
  const checked = checkStaged(ledger, { now, scope, delta, vanished: policy.vanished });
  const rowsRead: Record<string, RowsRead[]> = {};
  const reading = {
    entities: migration.entities ?? undefined,
    signal,
    onProgress: readingProgress(report, "reading"),
    onRows: (extract: string, rows: RowsRead): void => void (rowsRead[extract] = [rows]),
  };
  const read = delta ? [] : await stageTarget(ledger, target, "before", reading);
  const both = Promise.all([counted, takeTotals(ledger, target, "before")]);
  // Whoever fails meanwhile is told of first.
  both.catch(() => undefined);
  const plan = await makePlan({
    ledger,
    sources,
    target: { side: target, loader },
    policy,
    scope,
    delta: base,
    held: held ?? (delta ? undefined : rowsRead),
    trials,
    sealAfter: both,
    tool: toolName,
    now,
    signal,
    onProgress: engineProgress(report),
  });
  return { plan, target: read, checked };
}
