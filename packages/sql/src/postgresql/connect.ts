import type { Client, ClientConfig } from "pg";
import type { ServerAddress } from "../address.js";
import type { SessionOptions } from "../session.js";
import { connectFault } from "./faults.js";
import { typeParsers } from "./types.js";

/** How long a server may take to answer, in milliseconds. */
const connectTimeout = 15_000;

/** What pg is told. A password that the URL lacks is looked for where libpq looks: PGPASSWORD, ~/.pgpass. */
const clientConfig = (address: ServerAddress): ClientConfig => ({
  host: address.socket ?? address.host,
  port: address.port,
  user: address.user,
  password: address.password,
  database: address.database,
  ssl:
    address.tls === "off"
      ? false
      : {
          rejectUnauthorized: address.tls === "verify",
          ...(address.ca === undefined ? {} : { ca: address.ca }),
        },
  types: typeParsers as NonNullable<ClientConfig["types"]>,
  application_name: "cutover",
  connectionTimeoutMillis: connectTimeout,
  keepAlive: true,
});

/**
 * What every session begins with: times in UTC and in one form whatever the server's settings, and
 * no limits that are meant for short transactions.
 */
const sessionSettings = [
  "SET TIME ZONE 'UTC'",
  "SET datestyle = 'ISO, YMD'",
  "SET intervalstyle = 'iso_8601'",
  "SET bytea_output = 'hex'",
  "SET extra_float_digits = 1",
  "SET client_encoding = 'UTF8'",
  "SET standard_conforming_strings = on",
  "SET statement_timeout = 0",
  "SET idle_in_transaction_session_timeout = 0",
  // Since PostgreSQL 14 and 17.
  "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout')",
  // A server that lost sight of us notices within a minute, and lets go of our locks.
  "SET tcp_keepalives_idle = 30",
  "SET tcp_keepalives_interval = 10",
  "SET tcp_keepalives_count = 3",
  "SET lock_timeout = '30s'",
  // A cursor is read to its end: the plan that is best for all rows, not for the first.
  "SET cursor_tuple_fraction = 1",
].join("; ");

/** A connection with the settings of a session. */
export async function connectClient(
  address: ServerAddress,
  { role, readonly, byKeys }: SessionOptions,
  onLoss: () => void,
): Promise<Client> {
  const driver = (await import("pg")).default;
  const client = new driver.Client(clientConfig(address));
  // Without a listener a connection that ends between statements would end the process.
  client.on("error", onLoss);
  client.on("end", onLoss);
  try {
    await client.connect();
    await client.query(sessionSettings);
    // A server that has not counted a growing table for a while would read all of it for every thousand keys.
    if (byKeys) await client.query("SET enable_seqscan = off");
    if (readonly) await client.query("SET default_transaction_read_only = on");
    if (address.schema !== undefined) {
      await client.query("SELECT set_config('search_path', quote_ident($1), false)", [address.schema]);
    }
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectFault(error, role);
  }
}
