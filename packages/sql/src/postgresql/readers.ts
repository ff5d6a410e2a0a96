import type { Client } from "pg";
import type { Role } from "../fault.js";
import type { Cursor } from "../session.js";
import { openCopy, type CopyOut } from "./copy-out.js";
import { postgresqlFault } from "./faults.js";
import { joinSnapshot } from "./snapshot.js";

/** Connections beside a session's own that read in its snapshot, each one query at a time. */
export class Readers {
  readonly #connect: () => Promise<Client>;
  readonly #role: Role;
  /** One that has read, and can read again. */
  #spare: Client | null = null;
  #keeping: Promise<void> = Promise.resolve();
  readonly #reading = new Set<CopyOut>();

  constructor(connect: () => Promise<Client>, role: Role) {
    this.#connect = connect;
    this.#role = role;
  }

  /** Opens a read; null where no connection can be had for it, or none that sees the snapshot. */
  async open(snapshot: string, sql: string, batchSize: number): Promise<Cursor | null> {
    const client = await this.#within(snapshot);
    if (client === null) return null;
    const drop = (): void => {
      (
        client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }
      ).connection.stream.destroy();
    };
    // What has no code is the driver's word for a connection that is gone, which it says before all else.
    const faultOf = (error: unknown): Error => postgresqlFault(error, this.#role, true);
    let copy: CopyOut | null = null;
    const leave = (): void => void (copy === null || this.#reading.delete(copy));
    try {
      copy = await openCopy(
        {
          client,
          faultOf,
          done: () => {
            leave();
            this.#keeping = this.#keep(client);
          },
          drop: () => {
            leave();
            drop();
          },
        },
        sql,
        batchSize,
      );
      this.#reading.add(copy);
      return copy;
    } catch (error) {
      drop();
      throw faultOf(error);
    }
  }

  async #within(snapshot: string): Promise<Client | null> {
    await this.#keeping;
    const client = this.#spare ?? (await this.#connect().catch(() => null));
    this.#spare = null;
    if (client === null) return null;
    try {
      await joinSnapshot(client, snapshot);
      return client;
    } catch {
      await client.end().catch(() => undefined);
      return null;
    }
  }

  async #keep(client: Client): Promise<void> {
    try {
      await client.query("ROLLBACK");
      if (this.#spare === null) this.#spare = client;
      else await client.end();
    } catch {
      // It is of no more use, and nobody waits for it.
    }
  }

  async close(): Promise<void> {
    for (const copy of this.#reading) copy.abandon();
    await this.#keeping;
    await this.#spare?.end().catch(() => undefined);
    this.#spare = null;
  }
}
