import type { Engine, PrivateServer } from "./engine.js";
import { installServer } from "./install.js";
import { startMariadb } from "./mariadb.js";
import { startPostgresql } from "./postgresql.js";

const start = { postgresql: startPostgresql, mariadb: startMariadb } as const;

/**
 * A server of its own for a test that ends, restarts or closes it. Null where none is installed and
 * none can be: a server that somebody else runs is not for that.
 */
export async function privateServer(engine: Engine): Promise<PrivateServer | null> {
  const server = await start[engine]({ durable: true });
  if (server !== null || !(await installServer(engine)).ok) return server;
  return start[engine]({ durable: true });
}
