import { randomBytes } from "node:crypto";
import { execute } from "./answers.js";
import type { Engine } from "./engine.js";
import { serverUrl } from "./start-servers.js";

export interface FreshDatabase {
  readonly engine: Engine;
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A new, empty database of its own for a test file, by default on the run's server, and in UTF-8 in full on both engines. */
export async function freshDatabase(engine: Engine, on?: string, encoding?: string): Promise<FreshDatabase> {
  const server = on ?? (await serverUrl(engine));
  const name = `cutover_${process.pid}_${randomBytes(5).toString("hex")}`;
  await execute(engine, server, [
    engine === "postgresql"
      ? `CREATE DATABASE ${name} TEMPLATE template0 ${encoding === undefined ? "ENCODING 'UTF8'" : `ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`}`
      : `CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  ]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    engine,
    url: url.toString(),
    async drop() {
      await execute(engine, server, [
        engine === "postgresql"
          ? `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`
          : `DROP DATABASE IF EXISTS ${name}`,
      ]);
    },
  };
}
