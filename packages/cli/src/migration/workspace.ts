import { createExtractor } from "@cutover/extractors";
import { registerSide, type Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { createLoader } from "@cutover/loaders";
import type { System } from "@cutover/mapping";
import type { Extractor, Loader } from "@cutover/model";
import { withLedger } from "./ledger.js";
import type { Connection, Migration, SourceUse } from "./read.js";
import { loadSystems, type Systems } from "./systems.js";

const mediumOf = (system: System, connection: Connection): string =>
  typeof connection["medium"] === "string" ? connection["medium"] : system.medium;

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

export async function openSources(
  migration: Migration,
  systems: Systems,
  closing: Closing,
): Promise<readonly OpenSource[]> {
  const opened: OpenSource[] = [];
  for (const { use, system } of systems.sources) {
    const medium = mediumOf(system, use.connection);
    const extractor = closing.add(
      await createExtractor({ medium, connection: use.connection, folder: migration.folder }),
    );
    opened.push({ use, system, extractor });
  }
  return opened;
}

export const openTargetReader = async (
  migration: Migration,
  systems: Systems,
  closing: Closing,
): Promise<Extractor> =>
  closing.add(
    await createExtractor({
      medium: mediumOf(systems.target, migration.target.connection),
      connection: migration.target.connection,
      folder: migration.folder,
    }),
  );

export const openTargetLoader = async (
  migration: Migration,
  systems: Systems,
  closing: Closing,
): Promise<Loader> =>
  closing.add(
    await createLoader({
      medium: mediumOf(systems.target, migration.target.connection),
      connection: migration.target.connection,
      folder: migration.folder,
    }),
  );

/** Everything a command that touches the target works with. */
export interface Workspace {
  readonly migration: Migration;
  readonly systems: Systems;
  readonly ledger: Ledger;
  /** In the order of migration.yaml. */
  readonly sources: readonly Side[];
  readonly target: Side;
  readonly loader: Loader;
}

/** The name the target has in the ledger. */
export const targetName = "target";

/** Opens ledger, sources and target for the length of `work`. */
export async function withWorkspace<T>(
  migration: Migration,
  command: string,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const systems = loadSystems(migration);
  return withLedger(migration, { write: true, command }, async (ledger) => {
    const closing = new Closing();
    try {
      const sources = (await openSources(migration, systems, closing)).map(({ use, system, extractor }) =>
        registerSide(ledger, { name: use.name, role: "source", system, extractor }),
      );
      const extractor = await openTargetReader(migration, systems, closing);
      const target = registerSide(ledger, {
        name: targetName,
        role: "target",
        system: systems.target,
        extractor,
      });
      const loader = await openTargetLoader(migration, systems, closing);
      return await work({ migration, systems, ledger, sources, target, loader });
    } finally {
      await closing.close();
    }
  });
}
