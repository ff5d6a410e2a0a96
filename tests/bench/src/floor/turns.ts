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

  /** Does what comes in the order of the pieces, once all before have. */
  inTurn(piece: number, work: () => void): void {
    for (;;) {
      const turn = Atomics.load(this.#turn, 0);
      if (turn === piece) break;
      if (turn === failed) throw new Error("the other thread has failed");
      if (Atomics.wait(this.#turn, 0, turn, patience) === "timed-out")
        throw new Error("the other thread is gone");
    }
    work();
    Atomics.store(this.#turn, 0, piece + 1);
    Atomics.notify(this.#turn, 0);
  }

  /** Nobody has to wait for this thread any more. */
  fail(): void {
    Atomics.store(this.#turn, 0, failed);
    Atomics.notify(this.#turn, 0);
  }
}
