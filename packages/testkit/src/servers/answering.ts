import { existsSync } from "node:fs";
import { isUsable } from "./answers.js";
import type { Engine } from "./engine.js";

const credentials = (user: string, password: string): string =>
  `${encodeURIComponent(user)}${password === "" ? "" : `:${encodeURIComponent(password)}`}`;

/** Where a server usually answers: the clients' own environment, then the customary ports without a password. */
function candidates(engine: Engine, env: NodeJS.ProcessEnv): string[] {
  if (engine === "postgresql") {
    const host = env["PGHOST"];
    const who = credentials(env["PGUSER"] ?? "postgres", env["PGPASSWORD"] ?? "");
    const urls: string[] = [];
    if (host !== undefined && !host.startsWith("/")) {
      urls.push(`postgres://${who}@${host}:${env["PGPORT"] ?? "5432"}/${env["PGDATABASE"] ?? "postgres"}`);
    }
    urls.push(`postgres://${who}@127.0.0.1:5432/postgres`);
    for (const folder of ["/var/run/postgresql", "/tmp"]) {
      if (existsSync(`${folder}/.s.PGSQL.5432`)) {
        urls.push(`postgres://${who}@localhost/postgres?host=${encodeURIComponent(folder)}`);
      }
    }
    return urls;
  }
  const host = env["MYSQL_HOST"] ?? "127.0.0.1";
  const password = env["MYSQL_PWD"] ?? env["MYSQL_ROOT_PASSWORD"] ?? env["MARIADB_ROOT_PASSWORD"] ?? "";
  const who = credentials(env["MYSQL_USER"] ?? "root", password);
  return [`mysql://${who}@${host}:${env["MYSQL_TCP_PORT"] ?? "3306"}/`];
}

/** The URL of a server that is already running and lets us create databases; null where there is none. */
export async function findAnswering(engine: Engine, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const url of candidates(engine, env)) {
    if (await isUsable(engine, url)) return url;
  }
  return null;
}
