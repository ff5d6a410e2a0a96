import { acquire, tell } from "./acquire.js";
import { askBroker, brokerVariable } from "./broker.js";
import type { Engine, Server } from "./engine.js";

/** A server of each engine, for a script that is no test file. What was started ends with `stop` or with the process. */
export async function startServers(): Promise<{
  readonly postgresql: { readonly url: string };
  readonly mariadb: { readonly url: string };
  stop(): Promise<void>;
}> {
  const postgresql = await acquire("postgresql");
  tell(postgresql);
  const mariadb = await acquire("mariadb").catch(async (error: unknown) => {
    await postgresql.stop();
    throw error;
  });
  tell(mariadb);
  return {
    postgresql: { url: postgresql.url },
    mariadb: { url: mariadb.url },
    async stop() {
      await Promise.all([postgresql.stop(), mariadb.stop()]);
    },
  };
}

const own = new Map<Engine, Promise<Server>>();

/**
 * The URL of an engine's server for a test. Inside a test run all files share one; outside of one
 * the server is this process's own.
 */
export async function serverUrl(engine: Engine): Promise<string> {
  const broker = process.env[brokerVariable];
  if (broker !== undefined) return askBroker(broker, engine);
  let server = own.get(engine);
  if (server === undefined) {
    server = acquire(engine);
    own.set(engine, server);
    tell(await server);
  }
  return (await server).url;
}

/** The URLs of both servers, started where they do not run yet. */
export const servers = async (): Promise<{
  readonly postgresql: { readonly url: string };
  readonly mariadb: { readonly url: string };
}> => {
  const [postgresql, mariadb] = await Promise.all([serverUrl("postgresql"), serverUrl("mariadb")]);
  return { postgresql: { url: postgresql }, mariadb: { url: mariadb } };
};
