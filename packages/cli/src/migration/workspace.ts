import { createExtractor } from "@cutover/extractors";
import { registerSide, type Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { createLoader } from "@cutover/loaders";
import type { System } from "@cutover/mapping";
import { CutoverError, type Extractor, type Loader } from "@cutover/model";
import { hasLedger, withLedger } from "./ledger.js";
import { migrationFile, type Connection, type Migration, type SourceUse, type SystemUse } from "./read.js";
import { loadSystems, type Systems } from "./systems.js";

const mediumOf = (system: System, connection: Connection): string =>
  typeof connection["medium"] === "string" ? connection["medium"] : system.medium;

/** The name the target has in the ledger. */
export const targetName = "target";

/** Hears, in a sentence, what makes the work slower than it could be. */
type OnNotice = (notice: string) => void;

/** A source that can be read. */
export interface OpenSource {
  readonly use: SourceUse;
  readonly system: System;
  readonly extractor: Extractor;
}

/** Closes what was opened, the last first; the first failure is told after all are closed. */
export class Closing {
  readonly #opened: { close(): Promise<void> }[] = [];

  add<T extends { close(): Promise<void> }>(one: T): T {
    this.#opened.push(one);
    return one;
  }

  async close(): Promise<void> {
    const results = await Promise.allSettled(this.#opened.toReversed().map((one) => one.close()));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

/** Where a connection is declared: `migration.yaml, line 6`. */
function placeOf(migration: Migration, { pointer }: SystemUse): string {
  const { line } = migration.at(`${pointer}/connection`);
  return line === undefined ? migrationFile : `${migrationFile}, line ${line}`;
}

/** Where an address stands: in the file itself, or where the file says. */
function connectionTold({ urlEnv, urlFile }: Connection): string {
  if (typeof urlEnv === "string") return `the environment variable ${urlEnv}, which \`urlEnv\` names`;
  if (typeof urlFile === "string") return `the file ${urlFile}, which \`urlFile\` names`;
  return "its connection";
}

/** What fails here is told with the place in migration.yaml that it is about. */
async function opening<T>(
  migration: Migration,
  name: string,
  use: SystemUse,
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code === "internal") throw error;
    const at = migration.at(`${use.pointer}/connection`);
    throw new CutoverError(error.code, `${name}: ${error.message}`, {
      stage: error.stage,
      recovery: error.recovery,
      problems: error.problems.map((problem) => ({ at, ...problem })),
      remedy:
        error.remedy ??
        (error.problems.length > 0
          ? undefined
          : `Look at ${connectionTold(use.connection)} in ${placeOf(migration, use)}.`),
      driverCode: error.driverCode,
      cause: error,
    });
  }
}

export async function openSources(
  migration: Migration,
  systems: Systems,
  closing: Closing,
): Promise<readonly OpenSource[]> {
  const opened: OpenSource[] = [];
  for (const { use, system } of systems.sources) {
    const { connection } = use;
    const options = {
      medium: mediumOf(system, connection),
      connection,
      folder: migration.folder,
      declaredAt: placeOf(migration, use),
    };
    const extractor = closing.add(await opening(migration, use.name, use, () => createExtractor(options)));
    opened.push({ use, system, extractor });
  }
  return opened;
}

/** How the target is opened. */
export const targetOptions = (
  { target, folder }: Pick<Migration, "target" | "folder">,
  systems: Pick<Systems, "target">,
) => ({
  medium: mediumOf(systems.target, target.connection),
  connection: target.connection,
  folder,
});

export const openTargetReader = async (
  migration: Migration,
  systems: Systems,
  closing: Closing,
): Promise<Extractor> =>
  closing.add(
    await opening(migration, targetName, migration.target, () =>
      createExtractor({ ...targetOptions(migration, systems), role: "target" }),
    ),
  );

export const openTargetLoader = async (
  migration: Migration,
  systems: Systems,
  closing: Closing,
  onNotice?: OnNotice,
): Promise<Loader> =>
  closing.add(
    await opening(migration, targetName, migration.target, () =>
      createLoader({ ...targetOptions(migration, systems), onNotice }),
    ),
  );

/** What a command that writes to the target, or takes back, works with. */
export interface TargetWorkspace {
  readonly migration: Migration;
  readonly systems: Systems;
  readonly ledger: Ledger;
  readonly target: Side;
  readonly loader: Loader;
}

/** Everything a command that goes the whole way works with. */
export interface Workspace extends TargetWorkspace {
  /** In the order of migration.yaml. */
  readonly sources: readonly Side[];
}

async function openTarget(
  migration: Migration,
  systems: Systems,
  ledger: Ledger,
  closing: Closing,
  onNotice?: OnNotice,
): Promise<TargetWorkspace> {
  // First who may write: what a killed run left half-written in a file, a reader cannot put right.
  const loader = await openTargetLoader(migration, systems, closing, onNotice);
  const extractor = await openTargetReader(migration, systems, closing);
  const target = registerSide(ledger, {
    name: targetName,
    role: "target",
    system: systems.target,
    extractor,
  });
  return { migration, systems, ledger, target, loader };
}

/** Begins, on a thread, what the ledger alone can answer, while systems are loaded and connections opened. */
type Ahead = (ledger: Ledger) => void;

async function withOpened<T>(
  migration: Migration,
  command: string,
  work: (systems: Systems, ledger: Ledger, closing: Closing) => Promise<T>,
  ahead?: Ahead,
): Promise<T> {
  // Who has nothing to ask of a ledger gets none made before the systems are known to be sound.
  const sound = ahead === undefined || !hasLedger(migration) ? loadSystems(migration) : null;
  return withLedger(migration, { write: true, command }, async (ledger) => {
    const closing = new Closing();
    ahead?.(ledger);
    const systems = sound ?? loadSystems(migration);
    try {
      return await work(systems, ledger, closing);
    } finally {
      await closing.close();
    }
  });
}

/** Opens ledger and target for the length of `work`; the sources may be gone. */
export const withTarget = <T>(
  migration: Migration,
  command: string,
  work: (workspace: TargetWorkspace) => Promise<T>,
): Promise<T> =>
  withOpened(migration, command, async (systems, ledger, closing) =>
    work(await openTarget(migration, systems, ledger, closing)),
  );

/** Opens ledger, sources and target for the length of `work`. */
export const withWorkspace = <T>(
  migration: Migration,
  command: string,
  work: (workspace: Workspace) => Promise<T>,
  { ahead, onNotice }: { readonly ahead?: Ahead; readonly onNotice?: OnNotice } = {},
): Promise<T> =>
  withOpened(
    migration,
    command,
    async (systems, ledger, closing) => {
      const sources = (await openSources(migration, systems, closing)).map(({ use, system, extractor }) =>
        registerSide(ledger, { name: use.name, role: "source", system, extractor }),
      );
      return work({ ...(await openTarget(migration, systems, ledger, closing, onNotice)), sources });
    },
    ahead,
  );
