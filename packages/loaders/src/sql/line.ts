import { SqlFault, type Database, type Session } from "@cutover/sql";

/**
 * A connection that several callers share: one works at a time, and after a loss the next one gets a
 * new connection.
 */
export class Line {
  readonly #database: Database;
  #session: Session | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs work when those before are done. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#session?.lost === true) await this.#drop();
      this.#session ??= await this.#database.session();
      try {
        return await work(this.#session);
      } catch (error) {
        if (error instanceof SqlFault && error.kind === "connection-lost") await this.#drop();
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}
