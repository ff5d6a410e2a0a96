import { rmSync } from "node:fs";
import { join } from "node:path";
import { accountFor, serverFolder } from "./account.js";
import { isUsable } from "./answers.js";
import { findProgram, run } from "./command.js";
import type { PrivateServer } from "./engine.js";
import { freePort } from "./free-port.js";
import { supervise, untilReady } from "./supervise.js";

const settings = (folder: string, port: number, durable: boolean): string[] => [
  `--datadir=${join(folder, "data")}`,
  `--socket=${join(folder, "s")}`,
  `--pid-file=${join(folder, "mariadbd.pid")}`,
  `--tmpdir=${folder}`,
  `--port=${port}`,
  "--bind-address=127.0.0.1",
  "--skip-name-resolve",
  // Everything here is thrown away at the end: no write has to survive a power cut.
  `--innodb-flush-log-at-trx-commit=${durable ? 2 : 0}`,
  "--skip-innodb-doublewrite",
  "--sync-binlog=0",
  "--skip-log-bin",
  "--innodb-buffer-pool-size=256M",
  "--max-connections=200",
  "--local-infile=1",
  // As Moodle's documentation recommends it.
  "--character-set-server=utf8mb4",
  "--collation-server=utf8mb4_unicode_ci",
  // A zone nobody's data is in: code that leans on the server's zone shows itself.
  "--default-time-zone=+05:45",
];

/**
 * Starts a private MariaDB from installed binaries; null where there are none. A durable one keeps what
 * was committed when it is ended at once.
 */
export async function startMariadb({ durable = false } = {}): Promise<PrivateServer | null> {
  const daemon = findProgram("mariadbd", "mysqld");
  const install = findProgram("mariadb-install-db", "mysql_install_db");
  if (daemon === null || install === null) return null;
  const account = accountFor(["mysql"]);
  const folder = serverFolder("my", account);
  const made = await run(
    install,
    [
      "--no-defaults",
      `--datadir=${join(folder, "data")}`,
      `--tmpdir=${folder}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
    ],
    { account, cwd: folder },
  );
  if (!made.ok) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`mariadb-install-db failed:\n${made.output}`);
  }
  const port = await freePort();
  const server = supervise({
    folder,
    signal: "KILL",
    command: [daemon, "--no-defaults", ...settings(folder, port, durable)],
    account,
  });
  const url = `mysql://root@127.0.0.1:${port}/`;
  const ready = (): Promise<void> => untilReady(server, "MariaDB", () => isUsable("mariadb", url));
  await ready();
  return {
    engine: "mariadb",
    url,
    way: `private server from ${daemon} on port ${port}`,
    stop: () => server.stop(),
    down: () => server.down(),
    async up() {
      server.up();
      await ready();
    },
  };
}
