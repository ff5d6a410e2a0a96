import { resolveConnection } from "./connection.js";
import type { Address } from "./address.js";
import type { Dialect } from "./dialect.js";
import type { Role } from "./fault.js";
import { mysql } from "./mysql/dialect.js";
import { postgresql } from "./postgresql/dialect.js";
import type { Session, SessionOptions } from "./session.js";
import { sqlite } from "./sqlite/dialect.js";

export interface ConnectOptions {
  /** Where relative paths begin: the migration folder. */
  readonly folder: string;
  readonly role: Role;
  /** Refuses to write, where the engine can say so. By default what is a source is read-only. */
  readonly readonly?: boolean | undefined;
  /** Rows are looked for by their keys, and in no other way: a server need not guess what is best. */
  readonly byKeys?: boolean | undefined;
  /** Hears, in a sentence, what makes the work slower than it could be. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/** A database that can be reached: it opens sessions. */
export interface Database {
  readonly dialect: Dialect;
  readonly role: Role;
  /** What may be shown: `postgresql://host/database`, without user or password. */
  readonly shown: string;
  /** A connection of its own. */
  session(): Promise<Session>;
}

const dialects = { sqlite, postgresql, mysql } as const;

/** The database a connection declares. Nothing is opened yet, and the engine's driver not loaded. */
export function database(connection: Readonly<Record<string, unknown>>, options: ConnectOptions): Database {
  const address = resolveConnection(connection, options.folder);
  const { role, readonly = role === "source", byKeys = false, onNotice } = options;
  return {
    dialect: dialects[address.engine],
    role,
    shown: address.shown,
    session: () => openSession(address, { role, readonly, byKeys, onNotice }),
  };
}

/** The database of a URL. */
export const connect = (url: string, options: ConnectOptions): Database => database({ url }, options);

async function openSession(address: Address, options: SessionOptions): Promise<Session> {
  switch (address.engine) {
    case "sqlite":
      return (await import("./sqlite/session.js")).openSqlite(address, options);
    case "postgresql":
      return (await import("./postgresql/session.js")).openPostgresql(address, options);
    case "mysql":
      return (await import("./mysql/session.js")).openMysql(address, options);
  }
}
