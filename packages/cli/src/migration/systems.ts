import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { loadSystem, type Loaded, type LoadedSystem } from "@cutover/mapping";
import { CutoverError, type Problem } from "@cutover/model";
import type { Migration, Parameters, SourceUse } from "./read.js";

/** The systems that come with Cutover. */
const shippedSystems = path.resolve(import.meta.dirname, "../../../../mappings");

/** Names of the shipped systems. */
export const systemNames = (): readonly string[] =>
  existsSync(shippedSystems)
    ? readdirSync(shippedSystems).filter((name) => existsSync(path.join(shippedSystems, name, "system.yaml")))
    : [];

/**
 * Loads a system by its name: the shipped folder with the migration's overrides laid over it, or a
 * folder of the migration's own.
 */
export function loadNamed(name: string, parameters: Parameters, migrationFolder: string | null): Loaded {
  const shipped = path.join(shippedSystems, name);
  const own = migrationFolder === null ? null : path.join(migrationFolder, "mappings", name);
  const hasOwn = own !== null && existsSync(own);
  if (existsSync(path.join(shipped, "system.yaml"))) {
    return loadSystem({ folder: shipped, parameters, ...(hasOwn ? { overrides: own } : {}) });
  }
  if (hasOwn) return loadSystem({ folder: own, parameters });
  return {
    system: null,
    problems: [
      { message: `there is no system ${name}`, remedy: `Known systems: ${systemNames().join(", ")}.` },
    ],
    warnings: [],
  };
}

export interface Systems {
  readonly sources: readonly { readonly use: SourceUse; readonly system: LoadedSystem }[];
  readonly target: LoadedSystem;
  readonly warnings: readonly Problem[];
}

/** Loads all systems of a migration. @throws CutoverError mapping-invalid with everything that is wrong in all of them */
export function loadSystems(migration: Migration): Systems {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const take = (name: string, parameters: Parameters): LoadedSystem | null => {
    const loaded = loadNamed(name, parameters, migration.folder);
    problems.push(...loaded.problems);
    warnings.push(...loaded.warnings);
    return loaded.system;
  };
  const sources = migration.sources.map((use) => ({ use, system: take(use.system, use.parameters) }));
  const target = take(migration.target.system, migration.target.parameters);
  const good = sources.flatMap(({ use, system }) => (system === null ? [] : [{ use, system }]));
  if (problems.length > 0 || target === null || good.length < sources.length) {
    throw new CutoverError(
      "mapping-invalid",
      `the mappings have ${problems.length} error${problems.length === 1 ? "" : "s"}`,
      {
        stage: "configure",
        problems,
      },
    );
  }
  return { sources: good, target, warnings };
}
