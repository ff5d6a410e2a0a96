import { isUsable } from "./answers.js";
import { findAnswering } from "./answering.js";
import { startInDocker } from "./compose.js";
import { packagesOf, urlVariable, type Engine, type Server } from "./engine.js";
import { installServer } from "./install.js";
import { startMariadb } from "./mariadb.js";
import { startPostgresql } from "./postgresql.js";

const startPrivate: Readonly<Record<Engine, () => Promise<Server | null>>> = {
  postgresql: startPostgresql,
  mariadb: startMariadb,
};

const theirs = (engine: Engine, url: string, way: string): Server => ({
  engine,
  url,
  way,
  stop: () => Promise.resolve(),
});

/**
 * A server of an engine: the one the environment names, one that already answers on this machine,
 * a private one from installed binaries, the same after installing them, or one in docker. Where no
 * way leads to a server it throws and says what to install: a test never skips in silence.
 */
export async function acquire(engine: Engine, env: NodeJS.ProcessEnv = process.env): Promise<Server> {
  const given = env[urlVariable[engine]];
  if (given !== undefined && given !== "") {
    if (await isUsable(engine, given)) return theirs(engine, given, `given by ${urlVariable[engine]}`);
    throw new Error(`${urlVariable[engine]} is set, but no database can be created there`);
  }
  const answering = await findAnswering(engine, env);
  if (answering !== null) return theirs(engine, answering, "a server that already runs on this machine");

  const installed = await startPrivate[engine]();
  if (installed !== null) return installed;

  const attempt = await installServer(engine);
  const fresh = attempt.ok ? await startPrivate[engine]() : null;
  if (fresh !== null) return { ...fresh, way: `${fresh.way}, installed by apt-get` };

  const docker = await startInDocker(engine);
  if ("url" in docker) return docker;
  throw new Error(
    `no ${engine} server to test against: none is given by ${urlVariable[engine]}, none answers on ` +
      `this machine, none is installed, ${attempt.why || "the installed package has no server"}, ` +
      `${docker.why}. Install ${packagesOf[engine].join(" ")} (Debian's name), or set ${urlVariable[engine]}.`,
  );
}

/** Tells on stderr, in one line, which way a server was found. */
export const tell = (server: Server): void => {
  process.stderr.write(`${server.engine} for tests: ${server.way}\n`);
};
