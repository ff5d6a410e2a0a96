import { Worker } from "node:worker_threads";
import type { Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, toldError } from "@cutover/model";
import type { Beside, News } from "@cutover/reconcile";
import type { Migration } from "../migration/read.js";
import type { Systems } from "../migration/systems.js";
import { targetOptions } from "../migration/workspace.js";
import type { BesideTask, BesideWord } from "./beside.js";
import { workplaceTask, type WorkplaceTask } from "./workplace.js";

/** What fewer records were written of is reconciled sooner than a thread is started. */
const fewest = 10_000;

/** A thread that can take a share of reconciling. */
export interface BesideThread {
  /** Takes a share of reconciling this target. */
  readonly of: (target: Side) => Beside;
  close(): Promise<void>;
}

/**
 * Starts a thread that takes a share of reconciling, with connections of its own: it gets ready while others
 * do. Undefined where that does not pay, or where the target's medium cannot be opened twice.
 */
export function besideThread(
  migration: Migration,
  systems: Systems,
  ledger: Ledger,
): BesideThread | undefined {
  const records = ledger.db.prepare("SELECT sum(records) FROM batch WHERE state = 'done'").pluck().get() as
    | number
    | null;
  if (targetOptions(migration, systems).medium !== "sql" || (records ?? 0) < fewest) return undefined;
  const data = workplaceTask({ migration, systems, ledger });
  let ready: Thread | null = new Thread(data);
  return {
    of:
      ({ system: _system, extractor, ...side }) =>
      async ({ list, tell, signal }) => {
        // What is read once more, after a connection was lost, is read by another one.
        const thread = ready ?? new Thread(data);
        ready = null;
        try {
          const state = (await extractor.state?.()) ?? null;
          await thread.work({ target: side, state, tasks: list.tasks, taken: list.taken }, tell, signal);
        } finally {
          await thread.close();
        }
      },
    close: async () => ready?.close(),
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

class Thread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #tell: (news: News) => void = () => undefined;
  #failure: unknown = null;
  #isDone = false;

  constructor(workerData: WorkplaceTask) {
    this.#worker = new Worker(new URL("beside.js", import.meta.url), { workerData, resourceLimits });
    this.#worker.on("message", (word: BesideWord) => this.#hear(word));
    this.#worker.on("error", (error) => (this.#failure ??= error));
    this.#ended = new Promise((resolve) => this.#worker.on("exit", () => resolve()));
  }

  #hear(word: BesideWord): void {
    try {
      if (word.kind === "done") this.#isDone = true;
      else if (word.kind === "failure") this.#failure ??= toldError(word.failure);
      else this.#tell(word);
    } catch (error) {
      this.#failure ??= error;
      this.#worker.postMessage("stop");
    }
  }

  /** Has tasks done. */
  async work(task: BesideTask, tell: (news: News) => void, signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#worker.postMessage("stop");
    this.#tell = tell;
    if (signal.aborted) stop();
    else this.#worker.postMessage(task);
    signal.addEventListener("abort", stop, { once: true });
    await this.#ended;
    signal.removeEventListener("abort", stop);
    if (this.#failure !== null || !this.#isDone) throw this.#failure ?? unfinished(signal);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
