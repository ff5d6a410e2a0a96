import { checkFits } from "@cutover/engine";
import type { System } from "@cutover/mapping";
import { CutoverError, exit, type Extractor, type Loader, type Problem } from "@cutover/model";
import type { Migration, SystemUse } from "./read.js";
import type { Systems } from "./systems.js";
import { Closing, openSources, openTargetLoader, openTargetReader, targetName } from "./workspace.js";

/** How a live system compares with its definition. */
export interface Live {
  readonly side: string;
  /** Why it was not looked at; null when it was. */
  readonly unreachable: string | null;
  readonly problems: readonly Problem[];
}

const isOutOfReach = (error: CutoverError): boolean =>
  error.exitStatus === exit.unreachable && error.code !== "query-failed";

/** The environment variable a connection needs and does not find. */
const unset = ({ connection }: SystemUse): string | null =>
  ["urlEnv", "passwordEnv"]
    .map((key) => connection[key])
    .filter((name) => typeof name === "string")
    .find((name) => (process.env[name] ?? "") === "") ?? null;

/** Out of reach is told, not an error: mappings are written before there is access to anything. */
async function look(side: string, use: SystemUse, work: () => Promise<void>): Promise<Live> {
  const missing = unset(use);
  if (missing !== null) {
    return { side, unreachable: `the environment variable ${missing} is not set`, problems: [] };
  }
  try {
    await work();
    return { side, unreachable: null, problems: [] };
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    if (isOutOfReach(error)) {
      return { side, unreachable: error.message, problems: [] };
    }
    const problems =
      error.problems.length > 0 ? error.problems : [{ message: error.message, remedy: error.remedy }];
    return {
      side,
      unreachable: null,
      problems: problems.map((p) => ({ ...p, message: `${side}: ${p.message}` })),
    };
  }
}

/** Every extract is asked for its columns, which makes the source parse the query or the file's header. */
async function readable(system: System, extractor: Extractor): Promise<void> {
  const problems: Problem[] = [];
  for (const extract of system.extracts) {
    try {
      await extractor.columns(extract);
    } catch (error) {
      if (!(error instanceof CutoverError) || isOutOfReach(error)) throw error;
      problems.push(
        ...(error.problems.length > 0 ? error.problems : [{ message: error.message, remedy: error.remedy }]),
      );
    }
  }
  if (problems.length > 0) throw new CutoverError("mapping-invalid", "extracts do not fit", { problems });
}

/** The small queries a load depends on are tried: reference tables, and the proofs of conditions. */
async function answerable(system: System, loader: Loader): Promise<void> {
  const queries = [
    ...system.references.map(({ name, sql }) => ({ what: `the reference ${name}`, sql })),
    ...[...system.before, ...system.after].flatMap(({ name, sql }) =>
      sql === null ? [] : [{ what: `the condition ${name}`, sql }],
    ),
  ];
  const problems: Problem[] = [];
  for (const { what, sql } of queries) {
    try {
      await loader.query(sql);
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== "query-failed") throw error;
      problems.push({ message: `${what} cannot be asked for: ${error.message}`, remedy: error.remedy });
    }
  }
  if (problems.length > 0) throw new CutoverError("mapping-invalid", "queries fail", { problems });
}

/** Holds the live source and target against their definitions. */
export async function checkLive(migration: Migration, systems: Systems): Promise<readonly Live[]> {
  const found: Live[] = [];
  for (const one of systems.sources) {
    const closing = new Closing();
    found.push(
      await look(one.use.name, one.use, async () => {
        const [source] = await openSources(migration, { ...systems, sources: [one] }, closing);
        await readable(one.system, source!.extractor);
      }),
    );
    await closing.close();
  }
  const closing = new Closing();
  found.push(
    await look(targetName, migration.target, async () => {
      const extractor = await openTargetReader(migration, systems, closing);
      await readable(systems.target, extractor);
      const loader = await openTargetLoader(migration, systems, closing);
      const side = {
        id: 0,
        name: targetName,
        role: "target" as const,
        system: systems.target,
        extractor,
        inbound: new Map<string, number>(),
        outbound: new Map<string, number>(),
      };
      await checkFits({ side, loader });
      await answerable(systems.target, loader);
    }),
  );
  await closing.close();
  return found;
}
