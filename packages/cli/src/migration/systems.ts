import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { loadSystem, type Loaded, type LoadedSystem } from "@cutover/mapping";
import { CutoverError, hash16, type EntityName, suggest, type Position, type Problem } from "@cutover/model";
import type { Migration, Parameters, SourceUse, SystemUse } from "./read.js";

/** The systems that come with Cutover. */
const shippedSystems = path.resolve(import.meta.dirname, "../../../../mappings");

const systemsIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "system.yaml")))
    : [];

/** Names of the shipped systems. */
export const systemNames = (): readonly string[] => systemsIn(shippedSystems);

/** Names of a migration's own systems. */
const ownNames = (folder: string): readonly string[] => systemsIn(path.join(folder, "mappings"));

/** What a system is loaded for: its parameters, and where they and its name are given. */
export interface Wanted {
  readonly parameters?: Parameters;
  readonly parametersAt?: Readonly<Record<string, Position>>;
  readonly at?: Position;
}

/**
 * Loads a system by its name: the shipped folder with the migration's overrides laid over it, or a
 * folder of the migration's own.
 */
export function loadNamed(name: string, migrationFolder: string | null, wanted: Wanted = {}): Loaded {
  const { at, ...options } = wanted;
  const shipped = path.join(shippedSystems, name);
  const own = migrationFolder === null ? null : path.join(migrationFolder, "mappings", name);
  const hasOwn = own !== null && existsSync(own);
  if (systemNames().includes(name)) {
    return loadSystem({ folder: shipped, ...options, ...(hasOwn ? { overrides: own } : {}) });
  }
  if (hasOwn) return loadSystem({ folder: own, ...options });
  const known = [...systemNames(), ...(migrationFolder === null ? [] : ownNames(migrationFolder))];
  const remedy = suggest(name, known) ?? `Known: ${known.map((n) => `\`${n}\``).join(", ")}.`;
  return {
    system: null,
    problems: [{ message: `there is no system \`${name}\``, at, remedy }],
    warnings: [],
  };
}

/**
 * A system cut down to the entities that are moved: what is not moved is neither read nor counted nor
 * compared. The choice is part of the definition, and so of its digest.
 */
function narrow(system: LoadedSystem, chosen: readonly EntityName[] | null): LoadedSystem {
  if (chosen === null) return system;
  const moved = <T extends { readonly entity: EntityName }>(all: readonly T[]): readonly T[] =>
    all.filter(({ entity }) => chosen.includes(entity));
  const inbound = moved(system.inbound);
  const read = new Set(inbound.map(({ extract }) => extract.name));
  return {
    ...system,
    inbound,
    outbound: moved(system.outbound),
    totals: moved(system.totals),
    extracts: system.extracts.filter(({ name }) => read.has(name)),
    digest: hash16(`${system.digest} ${chosen.toSorted().join(" ")}`).toString("hex"),
  };
}

/** What a target is loaded by: plain data, which can be handed to a thread. */
export type MovedTarget = Pick<Migration, "target" | "folder" | "entities">;

export interface Systems {
  readonly sources: readonly { readonly use: SourceUse; readonly system: LoadedSystem }[];
  readonly target: LoadedSystem;
  readonly warnings: readonly Problem[];
}

export const mappingsInvalid = (problems: readonly Problem[]): CutoverError =>
  new CutoverError(
    "mapping-invalid",
    `the mappings have ${problems.length === 1 ? "an error" : `${problems.length} errors`}`,
    { stage: "configure", problems },
  );

/** A system that takes part twice is told of once. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify([problem.message, problem.at]), problem])).values(),
];

/** Loads the target once more, for a thread that is told its definition's digest. @throws CutoverError mapping-invalid */
export function loadTarget({ target, folder, entities }: MovedTarget, digest: string): LoadedSystem {
  const { system, problems } = loadNamed(target.system, folder, { parameters: target.parameters });
  if (system === null) throw mappingsInvalid(problems);
  const moved = narrow(system, entities);
  if (moved.digest === digest) return moved;
  throw new CutoverError("mapping-invalid", "the target's mappings were changed while they were at work", {
    stage: "configure",
    remedy: "Start the command again.",
  });
}

/** Loads all systems of a migration. @throws CutoverError mapping-invalid with everything that is wrong in all of them */
export function loadSystems(migration: Migration): Systems {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const take = ({ system: name, parameters, pointer }: SystemUse): LoadedSystem | null => {
    const parametersAt = Object.fromEntries(
      Object.keys(parameters).map((one) => [one, migration.at(`${pointer}/parameters/${one}`)]),
    );
    const at = migration.at(`${pointer}/system`);
    const loaded = loadNamed(name, migration.folder, { parameters, parametersAt, at });
    problems.push(...loaded.problems);
    warnings.push(...loaded.warnings);
    return loaded.system === null ? null : narrow(loaded.system, migration.entities);
  };
  const sources = migration.sources.map((use) => ({ use, system: take(use) }));
  const target = take(migration.target);
  const good = sources.flatMap(({ use, system }) => (system === null ? [] : [{ use, system }]));
  if (problems.length > 0 || target === null || good.length < sources.length) {
    throw mappingsInvalid(distinct(problems));
  }
  return { sources: good, target, warnings: distinct(warnings) };
}
