import { makePlan, type EngineProgress, type Plan, type Retry } from "@cutover/engine";
import {
  checkStaged,
  stageSource,
  stageTarget,
  takeTotals,
  type CheckCounts,
  type IntakeProgress,
  type MappingCounts,
  type TargetCounts,
} from "@cutover/intake";
import { beginExtraction, type Ledger } from "@cutover/ledger";
import { CutoverError } from "@cutover/model";
import type { Progress } from "../output/progress.js";
import { toolVersion } from "./declared.js";
import { rereading } from "./rereading.js";
import { waveOf } from "./wave.js";
import type { Workspace } from "./workspace.js";

export interface Planned {
  readonly plan: Plan;
  readonly read: readonly (MappingCounts & { readonly source: string })[];
  readonly target: readonly TargetCounts[];
  readonly checked: CheckCounts;
}

export interface PlanningOptions {
  /** A wave: names, codes or keys of organizations; none means everybody. */
  readonly organizations: readonly string[];
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
  return rereading([...sources, target], { stage: "plan", signal, onRetry }, () =>
    planOnce(workspace, options),
  );
}

async function planOnce(workspace: Workspace, options: PlanningOptions): Promise<Planned> {
  const { ledger, sources, target, loader, migration } = workspace;
  const { signal, report } = options;
  const now = new Date().toISOString();
  const entities = migration.entities ?? undefined;
  const extraction = beginExtraction(ledger);
  const read: (MappingCounts & { source: string })[] = [];
  for (const side of sources) {
    const counts = await stageSource(ledger, side, {
      extraction,
      entities,
      signal,
      onProgress: readingProgress(report, "reading"),
    });
    read.push(...counts.map((c) => ({ source: side.name, ...c })));
    await takeTotals(ledger, side, "source");
  }
  const scope = waveOf(ledger, options.organizations);
  report({ phase: "checking", entity: null, done: 0, total: null });
  const checked = checkStaged(ledger, { now, scope });
  const held = await stageTarget(ledger, target, "before", {
    entities,
    signal,
    onProgress: readingProgress(report, "reading"),
  });
  await takeTotals(ledger, target, "before");
  const plan = await makePlan({
    ledger,
    sources,
    target: { side: target, loader },
    policy: migration.policy,
    scope,
    tool: `cutover ${toolVersion}`,
    now,
    signal,
    onProgress: engineProgress(report),
  });
  return { plan, read, target: held, checked };
}
