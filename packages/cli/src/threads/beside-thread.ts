import { Worker } from "node:worker_threads";
import type { Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, toldError } from "@cutover/model";
import type { Beside } from "@cutover/reconcile";
import type { Migration } from "../migration/read.js";
import type { Systems } from "../migration/systems.js";
import { targetOptions } from "../migration/workspace.js";
import type { BesideTask, BesideWord } from "./beside.js";

/** What fewer records were written of is reconciled sooner than a thread is started. */
const fewest = 10_000;

/**
 * Takes a share of reconciling on a thread of its own, with connections of its own; undefined where that does
 * not pay, or where the target's medium cannot be opened twice.
 */
export function besideThread(
  migration: Migration,
  systems: Systems,
  { db, path }: Ledger,
  { system: _system, extractor, ...side }: Side,
): Beside | undefined {
  const records = db.prepare("SELECT sum(records) FROM batch WHERE state = 'done'").pluck().get() as
    | number
    | null;
  if (targetOptions(migration, systems).medium !== "sql" || (records ?? 0) < fewest) return undefined;
  const { target, folder, entities } = migration;
  return async (work) => {
    const state = (await extractor.state?.()) ?? null;
    const { digest } = systems.target;
    const { tasks, taken } = work.list;
    const moved = { target, folder, entities };
    await onThread({ migration: moved, ledger: path, target: side, digest, state, tasks, taken }, work);
  };
}

/**
 * In megabytes. What it reads it forgets at once; without a limit to what it may keep, that would be left lying
 * until there is a hundred megabytes of it.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 48, maxOldGenerationSizeMb: 512 };

/** Who was told to stop has nothing to say; anybody else has not done the work. */
const unfinished = ({ aborted }: AbortSignal): CutoverError =>
  new CutoverError(aborted ? "interrupted" : "internal", "what is done beside the comparison was not done", {
    stage: "reconcile",
  });

const onThread = (workerData: BesideTask, { tell, signal }: Parameters<Beside>[0]): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("beside.js", import.meta.url), { workerData, resourceLimits });
    const stop = (): void => worker.postMessage("stop");
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    let failure: unknown = null;
    let isDone = false;
    worker.on("message", (word: BesideWord) => {
      try {
        if (word.kind === "done") isDone = true;
        else if (word.kind === "failure") failure ??= toldError(word.failure);
        else tell(word);
      } catch (error) {
        failure ??= error;
        stop();
      }
    });
    worker.on("error", (error) => (failure ??= error));
    worker.on("exit", () => {
      signal.removeEventListener("abort", stop);
      if (failure === null && isDone) resolve();
      else reject(failure ?? unfinished(signal));
    });
  });
