import { realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { accountFor, serverFolder } from "./account.js";
import { isUsable } from "./answers.js";
import { findProgram, run } from "./command.js";
import type { PrivateServer } from "./engine.js";
import { freePort } from "./free-port.js";
import { supervise, untilReady } from "./supervise.js";

/** Everything here is thrown away at the end: no write has to survive a power cut. */
const settings = (port: number, folder: string, durable: boolean): string[] =>
  Object.entries({
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: folder,
    fsync: "off",
    synchronous_commit: durable ? "on" : "off",
    full_page_writes: "off",
    max_wal_size: "2GB",
    max_connections: "200",
    // A zone nobody's data is in: code that leans on the server's zone shows itself.
    timezone: "Asia/Kathmandu",
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

/**
 * Starts a private PostgreSQL from installed binaries; null where there are none. A durable one keeps what
 * was committed when it is ended at once.
 */
export async function startPostgresql({ durable = false } = {}): Promise<PrivateServer | null> {
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
    command: [join(home, "postgres"), "-D", data, ...settings(port, folder, durable)],
    account,
  });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const ready = (): Promise<void> => untilReady(server, "PostgreSQL", () => isUsable("postgresql", url));
  await ready();
  return {
    engine: "postgresql",
    url,
    way: `private server from ${home} on port ${port}`,
    stop: () => server.stop(),
    down: () => server.down(),
    async up() {
      server.up();
      await ready();
    },
  };
}
