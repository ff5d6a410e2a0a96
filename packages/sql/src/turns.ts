/** Runs pieces of work one after the other, in the order they were handed in. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** When all that was handed in is done. */
  async done(): Promise<void> {
    await this.#last;
  }
}
