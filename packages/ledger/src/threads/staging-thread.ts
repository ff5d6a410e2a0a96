import { Worker } from "node:worker_threads";
import { toldError, type ErrorTold } from "@cutover/model";
import { asCompiled, compiled } from "./compiled.js";
import type { StagedMapping, StagedPart } from "../staging-writer.js";

/** What the thread is told: parts that are written in one transaction. */
export type StagingTask = readonly { readonly of: StagedMapping; readonly part: StagedPart }[];

/** What it answers, a word a task: that it is done, or why not. */
export type StagingNews = { readonly failure: ErrorTold } | null;

/** Tasks under way: one is written, the next ones wait for it. */
const mostUnderWay = 3;

/** In megabytes. What it is given it forgets at once. */
const resourceLimits = { maxYoungGenerationSizeMb: 32 };

/**
 * Stages on a thread of its own, with a connection of its own, while the next ones are read and
 * mapped here. Until `drain` has come back, nobody else may read or write what is staged.
 */
export class StagingThread {
  readonly #worker: Worker;
  #underWay = 0;
  #failure: unknown = null;
  #wake: () => void = () => undefined;

  /** `path`: the ledger's file, which this process holds. */
  constructor(path: string) {
    this.#worker = new Worker(compiled("staging"), { workerData: path, resourceLimits, ...asCompiled });
    this.#worker.on("message", (news: StagingNews) => {
      this.#underWay -= 1;
      if (news !== null) this.#failed(toldError(news.failure));
      this.#wake();
    });
    this.#worker.on("error", (error) => this.#failed(error));
  }

  /** Hands parts over; waits where too many are under way. Throws what an earlier one failed of. */
  async stage(task: StagingTask): Promise<void> {
    await this.#until(mostUnderWay - 1);
    this.#underWay += 1;
    this.#worker.postMessage(task);
  }

  /** Waits until all is staged. */
  drain(): Promise<void> {
    return this.#until(0);
  }

  /** Ends the thread; what is under way is written whole or not at all. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #failed(cause: unknown): void {
    this.#failure ??= cause;
    this.#wake();
  }

  async #until(underWay: number): Promise<void> {
    while (this.#failure === null && this.#underWay > underWay) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (this.#failure !== null) throw this.#failure;
  }
}
