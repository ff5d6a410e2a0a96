import { privateServer, type PrivateServer } from "@cutover/testkit";
import { Untried } from "../variant.js";

const servers = new Map<string, Promise<PrivateServer | null>>();

/** A server that a variant may end, close for writing, and set as it likes. */
export async function own(engine: "postgresql" | "mariadb"): Promise<PrivateServer> {
  if (!servers.has(engine)) servers.set(engine, privateServer(engine));
  const server = await servers.get(engine)!;
  if (server === null) throw new Untried(`there is no ${engine} here that could be started and ended`);
  return server;
}

export async function endServers(): Promise<void> {
  for (const server of servers.values()) await (await server)?.stop();
  servers.clear();
}
