import { checkFits } from "@cutover/engine";
import type { System } from "@cutover/mapping";
import { CutoverError, exit, type Extractor, type Loader, type Problem } from "@cutover/model";
import { missingVariable } from "@cutover/sql";
import type { Migration, SystemUse } from "./read.js";
import type { Systems } from "./systems.js";
import { Closing, openSources, openTargetLoader, openTargetReader, targetName } from "./workspace.js";

/** How a live system compares with its definition. */
export interface Live {
  readonly side: string;
  /**
   * Whether it was looked at; where not, whether its address or its files are not given yet, or whether it
   * is declared and out of reach.
   */
  readonly state: "looked at" | "not given" | "out of reach";
  /** Why it was not looked at; null when it was. */
  readonly because: string | null;
  readonly problems: readonly Problem[];
}

const isOutOfReach = (error: CutoverError): boolean =>
  error.exitStatus === exit.unreachable && error.code !== "query-failed";

/** Gathers what does not fit; what is out of reach ends the looking. */
class Finding {
  readonly problems: Problem[] = [];
  readonly #side: string;

  constructor(side: string) {
    this.#side = side;
  }

  async attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code === "internal" || isOutOfReach(error)) throw error;
      const { message, problems, remedy } = error;
      for (const problem of problems.length > 0 ? problems : [{ message, remedy }]) {
        this.problems.push({ ...problem, message: `${this.#side}: ${what}: ${problem.message}` });
      }
    }
  }
}

/** Mappings are written before there is access to anything: what is not given yet is told, and is no error. */
async function look(
  side: string,
  use: SystemUse,
  work: (finding: Finding, closing: Closing) => Promise<void>,
): Promise<Live> {
  const missing = missingVariable(use.connection);
  if (missing !== null) return { side, state: "not given", because: missing, problems: [] };
  const finding = new Finding(side);
  const closing = new Closing();
  try {
    await work(finding, closing);
    return { side, state: "looked at", because: null, problems: finding.problems };
  } catch (error) {
    if (!(error instanceof CutoverError) || !isOutOfReach(error)) throw error;
    // Where it is told, the side is named already.
    const because = error.message.startsWith(`${side}: `)
      ? error.message.slice(side.length + 2)
      : error.message;
    // Files come when somebody exports them; a database that has an address is meant to answer.
    const state = typeof use.connection["folder"] === "string" ? "not given" : "out of reach";
    return { side, state, because, problems: finding.problems };
  } finally {
    await closing.close();
  }
}

/** Every extract is asked for its columns, or for its first record: the source parses the query, or the header. */
async function readable(system: System, extractor: Extractor, finding: Finding): Promise<void> {
  for (const extract of system.extracts) {
    await finding.attempt(`extract ${extract.name}`, async () => {
      await extractor.columns(extract);
      if (extractor.medium === "sql") return;
      for await (const _ of extractor.read(extract, { batchSize: 1 })) break;
    });
  }
}

/** The small queries a load depends on are tried: reference tables, and the proofs of conditions. */
async function answerable(system: System, loader: Loader, finding: Finding): Promise<void> {
  for (const { name, sql } of system.references) {
    await finding.attempt(`reference ${name}`, () => loader.query(sql));
  }
  for (const { name, sql } of [...system.before, ...system.after]) {
    if (sql !== null) await finding.attempt(`condition ${name}`, () => loader.query(sql));
  }
}

/** Holds the live source and target against their definitions. */
export async function checkLive(migration: Migration, systems: Systems): Promise<readonly Live[]> {
  const found: Live[] = [];
  for (const one of systems.sources) {
    found.push(
      await look(one.use.name, one.use, async (finding, closing) => {
        await finding.attempt("connection", async () => {
          const [source] = await openSources(migration, { ...systems, sources: [one] }, closing);
          await readable(one.system, source!.extractor, finding);
        });
      }),
    );
  }
  found.push(
    await look(targetName, migration.target, async (finding, closing) => {
      await finding.attempt("connection", async () => {
        const extractor = await openTargetReader(migration, systems, closing);
        await readable(systems.target, extractor, finding);
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
        await finding.attempt("tables", () => checkFits({ side, loader }));
        await answerable(systems.target, loader, finding);
      });
    }),
  );
  return found;
}
