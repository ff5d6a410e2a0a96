import { realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { accountFor, serverFolder } from "./account.js";
import { isUsable } from "./answers.js";
import { findProgram, run } from "./command.js";
import type { Server } from "./engine.js";
import { freePort } from "./free-port.js";
import { supervise, untilReady } from "./supervise.js";

/** Everything here is thrown away at the end: no write has to survive a power cut. */
const settings = (port: number, folder: string): string[] =>
  Object.entries({
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: folder,
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_wal_size: "2GB",
    max_connections: "200",
    // A zone nobody's data is in: code that leans on the server's zone shows itself.
    timezone: "Asia/Kathmandu",
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/** Starts a private PostgreSQL from installed binaries; null where there are none. */
export async function startPostgresql(): Promise<Server | null> {
  const initdb = findProgram("initdb");
  if (initdb === null) return null;
  const home = dirname(realpathSync(initdb));
  const account = accountFor(["postgres"]);
  const folder = serverFolder("pg", account);
  const data = join(folder, "data");
  const made = await run(
    initdb,
    ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"],
    { account, cwd: folder },
  );
  if (!made.ok) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`initdb failed:\n${made.output}`);
  }
  const port = await freePort();
  const server = supervise({
    folder,
    signal: "QUIT",
    command: [join(home, "postgres"), "-D", data, ...settings(port, folder)],
    account,
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(server, "PostgreSQL", () => isUsable("postgresql", url));
  return {
    engine: "postgresql",
    url,
    way: `private server from ${home} on port ${port}`,
    stop: () => server.stop(),
  };
}
