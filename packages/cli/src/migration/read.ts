import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Enrichment, MatchKey, MatchPolicy } from "@cutover/engine";
import { readYaml } from "@cutover/mapping";
import { CutoverError, type EntityName } from "@cutover/model";
import { migrationSchema } from "./schema.js";

export type Connection = Readonly<Record<string, unknown>>;
export type Parameters = Readonly<Record<string, string | number | boolean>>;

interface SystemUse {
  readonly system: string;
  readonly connection: Connection;
  readonly parameters: Parameters;
}

export interface SourceUse extends SystemUse {
  readonly name: string;
  readonly enriches: boolean;
}

/** A migration folder, read and found to be as it should. */
export interface Migration {
  readonly folder: string;
  readonly name: string;
  readonly sources: readonly SourceUse[];
  readonly target: SystemUse;
  /** Null: all. */
  readonly entities: readonly EntityName[] | null;
  readonly policy: MatchPolicy;
}

/** `migration.yaml` as its schema has it. */
interface Written {
  readonly migration: string;
  readonly sources: Readonly<
    Record<string, Omit<SystemUse, "parameters"> & { role?: "enrich"; parameters?: Parameters }>
  >;
  readonly target: Omit<SystemUse, "parameters"> & { parameters?: Parameters };
  readonly entities?: readonly EntityName[];
  readonly match?: Readonly<Partial<Record<EntityName, readonly (readonly string[] | MatchKey)[]>>>;
  readonly enrich?: Readonly<
    Partial<Record<EntityName, Omit<Enrichment, "unmatched"> & { unmatched?: Enrichment["unmatched"] }>>
  >;
}

const isList = (key: readonly string[] | MatchKey): key is readonly string[] => Array.isArray(key);

function policyOf(written: Written): MatchPolicy {
  const keys = Object.fromEntries(
    Object.entries(written.match ?? {}).map(([entity, list]) => [
      entity,
      list.map((key) => (isList(key) ? { fields: key } : key)),
    ]),
  );
  const enrich = Object.fromEntries(
    Object.entries(written.enrich ?? {}).map(([entity, e]) => [
      entity,
      { ...e, unmatched: e.unmatched ?? "exclude" },
    ]),
  );
  return { keys, enrich };
}

/** Name of the file that makes a folder a migration. */
export const migrationFile = "migration.yaml";

/** Reads a migration folder. @throws CutoverError migration-invalid with everything that is wrong */
export function readMigration(given: string | undefined): Migration {
  const folder = path.resolve(given ?? ".");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CutoverError("migration-invalid", `there is no folder ${given ?? "."}`, {
      stage: "configure",
      remedy: "Name a migration folder, or make one with `cutover init`.",
    });
  }
  const file = path.join(folder, migrationFile);
  const shown = path.relative(process.cwd(), file) || file;
  if (!existsSync(file)) {
    throw new CutoverError(
      "migration-invalid",
      `${given ?? "this folder"} is no migration folder: it has no ${migrationFile}`,
      {
        stage: "configure",
        remedy: "Name a migration folder, or make one with `cutover init`.",
      },
    );
  }
  const { value, problems } = readYaml(file, migrationSchema, "a migration");
  if (problems.length > 0) {
    throw new CutoverError(
      "migration-invalid",
      `${shown} has ${problems.length === 1 ? "an error" : "errors"}`,
      {
        stage: "configure",
        problems,
      },
    );
  }
  const written = value as Written;
  const unknown = Object.entries(written.enrich ?? {}).filter(
    ([, e]) => written.sources[e.from]?.role !== "enrich",
  );
  if (unknown.length > 0) {
    throw new CutoverError("migration-invalid", `${shown} has errors`, {
      stage: "configure",
      problems: unknown.map(([entity, e]) => ({
        message: `enrich.${entity} is from ${e.from}, which is no source with the role enrich`,
        at: { file },
      })),
    });
  }
  return {
    folder,
    name: written.migration,
    sources: Object.entries(written.sources).map(([name, { role, ...use }]) => ({
      name,
      enriches: role === "enrich",
      system: use.system,
      connection: use.connection,
      parameters: use.parameters ?? {},
    })),
    target: {
      system: written.target.system,
      connection: written.target.connection,
      parameters: written.target.parameters ?? {},
    },
    entities: written.entities ?? null,
    policy: policyOf(written),
  };
}
