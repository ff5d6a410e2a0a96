import { setTimeout as sleep } from "node:timers/promises";

/** Longer than any piece of work takes; whoever waits longer waits for a thread that is gone. */
const patience = 120_000;
const failed = -1;

/**
 * Pieces of work, numbered, that threads take one after the other; and the turns of those parts of them that
 * come in the order of the numbers.
 */
export class Turns {
  readonly shared: SharedArrayBuffer;
  readonly #next: Int32Array;
  readonly #turn: Int32Array;

  constructor(shared = new SharedArrayBuffer(8)) {
    this.shared = shared;
    this.#next = new Int32Array(shared, 0, 1);
    this.#turn = new Int32Array(shared, 4, 1);
  }

  /** The number of the next piece that nobody has. */
  take(): number {
    return Atomics.add(this.#next, 0, 1);
  }

  /** Does what comes in the order of the pieces, once all before have; meanwhile what was asked for comes in. */
  async inTurn(piece: number, work: () => void): Promise<void> {
    const start = performance.now();
    for (;;) {
      const turn = Atomics.load(this.#turn, 0);
      if (turn === piece) break;
      if (turn === failed) throw new Error("the other thread has failed");
      if (performance.now() - start > patience) throw new Error("the other thread is gone");
      await sleep(1);
    }
    work();
    Atomics.store(this.#turn, 0, piece + 1);
  }

  /** Nobody has to wait for this thread any more. */
  fail(): void {
    Atomics.store(this.#turn, 0, failed);
  }
}
