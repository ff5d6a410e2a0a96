import type { Ledger } from "@cutover/ledger";
import { CutoverError, type EntityName } from "@cutover/model";
import { recover } from "../load/recover.js";
import { persist, type Retry } from "../persist.js";
import { markRun, runOf, type RunRow } from "../load/run-row.js";
import { stopIfAsked } from "../stop.js";
import { progressOf, type OnProgress, type Target } from "../target.js";
import { rowsOfBatch } from "../written-rows.js";
import { applyReversal } from "./apply-reversal.js";
import { backToPlanned, restoreLedger } from "./restore-ledger.js";
import { reversalOf, type Kept } from "./reversal.js";
import { Surroundings } from "./surroundings.js";

export interface UndoOptions {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly run: number;
  /** The clock, as instants. */
  readonly now?: (() => string) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Told when the target was out of reach and is going to be tried again. */
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

export interface UndoResult {
  readonly run: number;
  readonly batches: number;
  /** Made rows that are gone, and changed rows whose columns are restored: whichever attempt did it. */
  readonly deleted: number;
  readonly restored: number;
  /** Every row that was left as it is. */
  readonly kept: readonly Kept[];
}

interface BatchRow {
  readonly id: number;
  readonly entity: EntityName;
}

function requireUndoable({ ledger, target, run: id }: UndoOptions): RunRow {
  const run = runOf(ledger, id);
  if (run === null) throw new CutoverError("nothing-to-do", `there is no run ${id}`, { stage: "undo" });
  const later = ledger.db
    .prepare("SELECT id FROM run WHERE id > ? AND state <> 'undone' ORDER BY id DESC LIMIT 1")
    .pluck()
    .get(id) as number | undefined;
  if (later !== undefined) {
    throw new CutoverError("usage", `run ${later} came after run ${id}`, {
      stage: "undo",
      remedy: `Undo run ${later} first.`,
    });
  }
  const { undo } = target.loader.capabilities;
  if (undo === "full") return run;
  throw new CutoverError(
    "usage",
    `what was written to ${target.side.name} cannot be taken back (undo: ${undo})`,
    {
      stage: "undo",
      remedy: "Take it back by the target's own means.",
    },
  );
}

/** What was done so far, over all attempts, from the chain. */
function tally(ledger: Ledger, run: number): UndoResult {
  const bodies = ledger.db
    .prepare("SELECT body FROM event WHERE kind = 'batch-undone' AND run = ? ORDER BY seq")
    .pluck()
    .all(run) as string[];
  const parts = bodies.map((body) => JSON.parse(body) as { deleted: number; restored: number; kept: Kept[] });
  return {
    run,
    batches: parts.length,
    deleted: parts.reduce((sum, { deleted }) => sum + deleted, 0),
    restored: parts.reduce((sum, { restored }) => sum + restored, 0),
    kept: parts.flatMap(({ kept }) => kept),
  };
}

const countOf = (kept: readonly Kept[], operation: Kept["operation"]): number =>
  kept.filter((row) => row.operation === operation).length;

/** @returns how many rows were looked at */
async function undoBatch(
  { ledger, target, run }: UndoOptions,
  surroundings: Surroundings,
  batch: BatchRow,
): Promise<number> {
  const rows = rowsOfBatch(ledger, target.side.system, batch.id);
  const reversal = await reversalOf(target.loader, surroundings, rows);
  const refused = await applyReversal(target.loader, rows, reversal);
  const kept = [...reversal.kept, ...refused];
  ledger.transaction(() => {
    ledger.db.prepare("UPDATE batch SET state = 'undone' WHERE id = ?").run(batch.id);
    restoreLedger(ledger, target, run, rows, kept);
    // The target is ahead of the ledger after a kill: what counts is what is gone, not what this attempt did.
    const deleted = rows.filter((row) => row.operation === "insert").length - countOf(kept, "insert");
    const restored = reversal.restoredBefore + reversal.updates.length - countOf(refused, "update");
    ledger.append("batch-undone", { batch: batch.id, deleted, restored, kept }, run);
  });
  return rows.length;
}

/**
 * Takes a run back, newest batch first: what it made is deleted and what it changed is restored, but only
 * where the target still holds what was written. Can be interrupted, and repeated to the same end.
 *
 * @throws CutoverError `nothing-to-do`, `usage` (a later run stands, or the medium cannot), `interrupted`
 */
export async function undo(options: UndoOptions): Promise<UndoResult> {
  const { ledger, signal, onRetry } = options;
  const run = requireUndoable(options);
  if (run.state === "undone") return tally(ledger, run.id);
  const undone = ledger.db.prepare("SELECT COUNT(*) FROM batch WHERE run = ? AND state = 'undone'").pluck();
  const progress = (): unknown => undone.get(run.id);
  await persist(() => undoAll(options), { stage: "undo", signal, progress, onRetry });
  await options.target.loader.publish?.(options.target.side.system.tables);
  const now = options.now ?? (() => new Date().toISOString());
  const result = tally(ledger, run.id);
  ledger.transaction(() => {
    backToPlanned(ledger, run.id);
    const { batches, deleted, restored, kept } = result;
    markRun(ledger, run.id, "undone", now(), { batches, deleted, restored, kept: kept.length });
  });
  return result;
}

/** How many rows the batches that still stand wrote. */
const rowsByEntity = (ledger: Ledger, run: number): ReadonlyMap<EntityName, number> =>
  new Map(
    ledger.db
      .prepare(
        "SELECT b.entity, COUNT(*) FROM batch b JOIN written w ON w.batch = b.id WHERE b.run = ? AND b.state = 'done' GROUP BY 1",
      )
      .raw()
      .all(run) as [EntityName, number][],
  );

/** Takes back every batch that still stands. */
async function undoAll(options: UndoOptions): Promise<void> {
  const { ledger, target, run, signal, onProgress } = options;
  await target.side.extractor.release?.();
  await target.loader.claim?.();
  await recover(ledger, target);
  const batches = ledger.db
    .prepare("SELECT id, entity FROM batch WHERE run = ? AND state = 'done' ORDER BY id DESC")
    .all(run) as BatchRow[];
  const surroundings = new Surroundings(target.loader, target.side.system);
  const written = rowsByEntity(ledger, run);
  const done = new Map<EntityName, number>();
  for (const batch of batches) {
    await stopIfAsked(signal, "undo", "Undo it again: it goes on where it was stopped.");
    const { entity } = batch;
    const rows = (done.get(entity) ?? 0) + (await undoBatch(options, surroundings, batch));
    done.set(entity, rows);
    progressOf("undo", entity, written.get(entity) ?? rows, onProgress)(rows);
  }
}
