import type { Client } from "pg";

/**
 * Keeps a snapshot alive: in PostgreSQL a statement that fails takes its whole transaction with it,
 * unless a savepoint was set before.
 */
export class Savepoints {
  /** Whether there is a snapshot to keep. */
  open = false;
  readonly #client: Client;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  within<T>(work: () => Promise<T>): Promise<T> {
    if (!this.open) return work();
    const turn = this.#last.then(async () => {
      await this.#client.query("SAVEPOINT cutover");
      try {
        const result = await work();
        await this.#client.query("RELEASE SAVEPOINT cutover");
        return result;
      } catch (error) {
        await this.#client.query("ROLLBACK TO SAVEPOINT cutover").catch(() => undefined);
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
