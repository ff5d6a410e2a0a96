import { Worker } from "node:worker_threads";
import { asksNoIds, type DraftAhead, type DraftedPage, type Pages } from "@cutover/engine";
import { toldError } from "@cutover/model";
import type { TargetWorkspace } from "../migration/workspace.js";
import type { DraftsWish, DraftsWord } from "./drafts.js";
import { workplaceTask, type WorkplaceTask } from "./workplace.js";

/** What fewer records are drafted of is drafted sooner than a thread is started. */
const fewest = 20_000;

/** Pages that are drafted before somebody asks for them. */
const ahead = 2;

/** In megabytes. What it reads it forgets at once. */
const resourceLimits = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512 };

/** Drafts pages on a thread of its own, with a connection to the ledger of its own. */
export class DraftsThread implements DraftAhead {
  readonly fewest = fewest;
  readonly #worker: Worker;
  #no = 0;
  readonly #words: DraftsWord[] = [];
  #failure: unknown = null;
  #wake: () => void = () => undefined;

  constructor(task: WorkplaceTask) {
    this.#worker = new Worker(new URL("drafts.js", import.meta.url), { workerData: task, resourceLimits });
    this.#worker.on("message", (word: DraftsWord) => {
      if (word.no === this.#no) this.#words.push(word);
      this.#wake();
    });
    this.#worker.on("error", (error) => {
      this.#failure ??= error;
      this.#wake();
    });
  }

  async *pages(pages: Pages): AsyncGenerator<DraftedPage, void, undefined> {
    const no = (this.#no += 1);
    // What was asked of other pages is of no use any more.
    this.#words.length = 0;
    this.#tell({ kind: "begin", no, pages });
    for (let i = 0; i < ahead; i += 1) this.#tell({ kind: "more", no });
    for (;;) {
      const { page, failure } = await this.#word();
      if (failure !== null) throw toldError(failure);
      if (page === null) return;
      this.#tell({ kind: "more", no });
      yield page;
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #tell(wish: DraftsWish): void {
    this.#worker.postMessage(wish);
  }

  async #word(): Promise<DraftsWord> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      const word = this.#words.shift();
      if (word !== undefined) return word;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/**
 * Starts it where pages can be drafted, and so many new records wait that it is worth while. The last ones are asked: what is new has the
 * greatest ids, and is loaded in their order.
 */
export function draftsThread(workspace: TargetWorkspace): DraftsThread | undefined {
  const { systems, ledger } = workspace;
  if (!systems.target.outbound.some(asksNoIds)) return undefined;
  const waiting = ledger.db
    .prepare(
      `SELECT COUNT(*) FROM record WHERE id > (SELECT max(id) FROM record) - ${2 * fewest}
         AND disposition = 'created' AND applied IS NULL`,
    )
    .pluck()
    .get() as number;
  if (waiting < fewest) return undefined;
  return new DraftsThread(workplaceTask(workspace));
}
