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
  #claims = false;
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Keeps other Cutovers from writing to the database, on every connection that is made from now on too.
   *
   * @throws CutoverError `target-busy`
   */
  async claim(): Promise<void> {
    this.#claims = true;
    await this.use(claimed);
  }

  /** Runs work when those before are done. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (this.#closed) throw new CutoverError("internal", "the loader is closed");
      if (this.#session?.lost === true) await this.#drop();
      this.#session ??= await this.#open();
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

  async #open(): Promise<Session> {
    const session = await this.#database.session();
    try {
      if (this.#claims) await claimed(session);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}

async function claimed(session: Session): Promise<void> {
  if (await session.claim()) return;
  throw new CutoverError("target-busy", "another Cutover writes to the target's database", {
    stage: "load",
    recovery: "retry",
    remedy:
      "Wait until it has finished, or stop it; then give the command again: it goes on where it was stopped.",
  });
}
