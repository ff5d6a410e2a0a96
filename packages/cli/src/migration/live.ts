import { checkFits } from "@cutover/engine";
import type { System } from "@cutover/mapping";
import { CutoverError, exit, type Extractor, type Problem } from "@cutover/model";
import type { Migration } from "./read.js";
import type { Systems } from "./systems.js";
import { Closing, openSources, openTargetLoader, openTargetReader, targetName } from "./workspace.js";

/** How a live system compares with its definition. */
export interface Live {
  readonly side: string;
  /** Why it was not looked at; null when it was. */
  readonly unreachable: string | null;
  readonly problems: readonly Problem[];
}

/** Out of reach is told, not an error: mappings are written before there is access to anything. */
async function look(side: string, work: () => Promise<void>): Promise<Live> {
  try {
    await work();
    return { side, unreachable: null, problems: [] };
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    if (error.exitStatus === exit.unreachable || error.code === "connection-invalid") {
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
      if (!(error instanceof CutoverError) || error.exitStatus === exit.unreachable) throw error;
      problems.push(
        ...(error.problems.length > 0 ? error.problems : [{ message: error.message, remedy: error.remedy }]),
      );
    }
  }
  if (problems.length > 0) throw new CutoverError("mapping-invalid", "extracts do not fit", { problems });
}

/** Holds the live source and target against their definitions. */
export async function checkLive(migration: Migration, systems: Systems): Promise<readonly Live[]> {
  const found: Live[] = [];
  for (const one of systems.sources) {
    const closing = new Closing();
    found.push(
      await look(one.use.name, async () => {
        const [source] = await openSources(migration, { ...systems, sources: [one] }, closing);
        await readable(one.system, source!.extractor);
      }),
    );
    await closing.close();
  }
  const closing = new Closing();
  found.push(
    await look(targetName, async () => {
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
    }),
  );
  await closing.close();
  return found;
}
