import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUsable } from "./answers.js";
import { findProgram, run } from "./command.js";
import type { Engine, Server } from "./engine.js";
import { freePort } from "./free-port.js";
import { supervise, untilReady } from "./supervise.js";

const services: Readonly<Record<Engine, (port: number) => string>> = {
  postgresql: (port) => `services:
  db:
    image: postgres:17-alpine
    environment: { POSTGRES_HOST_AUTH_METHOD: trust }
    command: postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off
    tmpfs: /var/lib/postgresql/data
    ports: ["127.0.0.1:${port}:5432"]
`,
  mariadb: (port) => `services:
  db:
    image: mariadb:10.11
    environment: { MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: "1", MARIADB_ROOT_HOST: "%" }
    command: --innodb-flush-log-at-trx-commit=0 --local-infile=1 --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci
    tmpfs: /var/lib/mysql
    ports: ["127.0.0.1:${port}:3306"]
`,
};

/** Starts a server by docker compose; says why where it could not. */
export async function startInDocker(engine: Engine): Promise<Server | { readonly why: string }> {
  const docker = findProgram("docker");
  if (docker === null) return { why: "there is no docker" };
  if (!(await run(docker, ["info"], { timeout: 15_000 })).ok) return { why: "docker does not answer" };
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "cutover-docker-"));
  const file = join(folder, "compose.yaml");
  writeFileSync(file, services[engine](port));
  const compose = ["compose", "-f", file];
  const pulled = await run(docker, [...compose, "pull", "--quiet"], { timeout: 600_000 });
  if (!pulled.ok) return { why: "docker could not pull the image" };
  // `up` in the foreground stops the container when it is told to end.
  const server = supervise({ folder, signal: "TERM", command: [docker, ...compose, "up"], account: null });
  const url =
    engine === "postgresql"
      ? `postgres://postgres@127.0.0.1:${port}/postgres`
      : `mysql://root@127.0.0.1:${port}/`;
  await untilReady(server, `${engine} in docker`, () => isUsable(engine, url));
  return { engine, url, way: `docker compose on port ${port}`, stop: () => server.stop() };
}
