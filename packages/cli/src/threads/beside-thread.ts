import { Worker } from "node:worker_threads";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, toldError } from "@cutover/model";
import type { Beside, OwnTotals } from "@cutover/reconcile";
import type { Migration } from "../migration/read.js";
import type { Systems } from "../migration/systems.js";
import { targetOptions } from "../migration/workspace.js";
import type { BesideNews, BesideTask } from "./beside.js";

/** Fewer writes are looked at sooner than a thread is started. */
const fewest = 10_000;

/**
 * Does what needs nothing of the comparison on a thread of its own, with connections of its own; undefined
 * where that does not pay, or where the target's medium cannot be opened twice.
 */
export function besideThread(
  migration: Migration,
  systems: Systems,
  { db, path }: Ledger,
): Beside | undefined {
  const target = targetOptions(migration, systems);
  const records = db.prepare("SELECT sum(records) FROM batch WHERE state = 'done'").pluck().get() as
    | number
    | null;
  if (target.medium !== "sql" || (records ?? 0) < fewest) return undefined;
  const { name, tables } = systems.target;
  return onThread({ ledger: path, target, system: { name, tables } });
}

/** In megabytes. What it reads it forgets at once, and so it needs little room for what is new. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 };

/** Who was told to stop has nothing to say; anybody else has not done the work. */
const unfinished = ({ aborted }: AbortSignal): CutoverError =>
  new CutoverError(aborted ? "interrupted" : "internal", "what is done beside the comparison was not done", {
    stage: "reconcile",
  });

const onThread =
  (task: Omit<BesideTask, "sources">): Beside =>
  ({ signal, sources, onSuspects, onPage }) =>
    new Promise((resolve, reject) => {
      const workerData: BesideTask = { ...task, sources };
      const worker = new Worker(new URL("beside.js", import.meta.url), { workerData, resourceLimits });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      const stop = (): void => worker.postMessage("stop");
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      let failure: unknown = null;
      let own: OwnTotals | null = null;
      worker.on("message", (news: BesideNews) => {
        try {
          if ("suspects" in news) onSuspects(news.suspects);
          else if ("done" in news) onPage(news.done);
          else if ("own" in news) own = news.own;
          else failure ??= toldError(news.failure);
        } catch (error) {
          failure ??= error;
          stop();
        }
      });
      worker.on("error", (error) => (failure ??= error));
      worker.on("exit", () => {
        signal.removeEventListener("abort", stop);
        if (failure === null && own !== null) resolve(own);
        else reject(failure ?? unfinished(signal));
      });
    });
