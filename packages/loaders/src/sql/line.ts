import { CutoverError } from "@cutover/model";
import { SqlFault, Turns, type Database, type Session } from "@cutover/sql";

/**
 * A connection that several callers share: one works at a time, and after a loss the next one gets a
 * new connection.
 */
export class Line {
  readonly #database: Database;
  #session: Session | null = null;
  readonly #turns = new Turns();
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Runs work when those before are done. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (this.#closed) throw new CutoverError("internal", "the loader is closed");
      if (this.#session?.lost === true) await this.#drop();
      this.#session ??= await this.#database.session();
      try {
        return await work(this.#session);
      } catch (error) {
        if (error instanceof SqlFault && error.kind === "connection-lost") await this.#drop();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#turns.done();
    this.#closed = true;
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}
