import {
  inMemory,
  StagingThread,
  stagingWriter,
  type Ledger,
  type StagingTask,
  type WriteStaged,
} from "@cutover/ledger";

/** Rows of an extract that are staged here before a thread is worth starting. */
const fewest = 8_000;

/**
 * Writes what is read of an extract into the ledger: the first rows here, and where there are many the
 * others on a thread of their own, while the next ones are read and mapped.
 */
export class StagingWriter {
  readonly #ledger: Ledger;
  readonly #here: WriteStaged;
  #thread: StagingThread | null = null;
  #rows = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#here = stagingWriter(ledger);
  }

  /** Writes what `work` stages of so many rows. */
  async write(rows: number, work: (stage: WriteStaged) => void): Promise<void> {
    this.#rows += rows;
    if (this.#thread === null && this.#rows > fewest && this.#ledger.path !== inMemory) {
      this.#thread = new StagingThread(this.#ledger.path);
    }
    const thread = this.#thread;
    if (thread === null) {
      this.#ledger.transaction(() => work(this.#here));
      return;
    }
    const task: StagingTask[number][] = [];
    work((of, part) => void task.push({ of, part }));
    await thread.stage(task);
  }

  /** Waits until all is written. */
  async drain(): Promise<void> {
    await this.#thread?.drain();
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
