import { Worker } from "node:worker_threads";
import type { Ledger } from "@cutover/ledger";
import { CutoverError } from "@cutover/model";
import type { SearchBeside } from "@cutover/reconcile";
import type { Migration } from "../migration/read.js";
import type { Systems } from "../migration/systems.js";
import { targetOptions } from "../migration/workspace.js";
import type { WrittenRowsNews, WrittenRowsTask } from "./written-rows.js";

/** Fewer writes are looked at sooner than a thread is started. */
const fewest = 10_000;

/**
 * Looks for written rows on a thread of its own, with a connection of its own; undefined where that does
 * not pay, or where the target's medium cannot be opened twice.
 */
export function searchBeside(
  migration: Migration,
  systems: Systems,
  { db, path }: Ledger,
): SearchBeside | undefined {
  const target = targetOptions(migration, systems);
  const records = db.prepare("SELECT sum(records) FROM batch WHERE state = 'done'").pluck().get() as
    | number
    | null;
  if (target.medium !== "sql" || (records ?? 0) < fewest) return undefined;
  const { name, tables } = systems.target;
  return onThread({ ledger: path, target, system: { name, tables } });
}

const onThread =
  (task: WrittenRowsTask): SearchBeside =>
  ({ signal, onSuspects, onPage }) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("written-rows.js", import.meta.url), { workerData: task });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      const stop = (): void => worker.postMessage("stop");
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      let failure: unknown = null;
      worker.on("message", (news: WrittenRowsNews) => {
        try {
          if ("suspects" in news) onSuspects(news.suspects);
          else if ("done" in news) onPage(news.done);
          else failure ??= new CutoverError(news.failure.code, news.failure.message, news.failure);
        } catch (error) {
          failure ??= error;
          stop();
        }
      });
      worker.on("error", (error) => (failure ??= error));
      worker.on("exit", () => {
        signal.removeEventListener("abort", stop);
        if (failure === null) resolve();
        else reject(failure);
      });
    });
