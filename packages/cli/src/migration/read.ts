import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { Enrichment, MatchKey, MatchPolicy } from "@cutover/engine";
import { readYaml } from "@cutover/mapping";
import { CutoverError, entityNames, type EntityName, type Position, type Problem } from "@cutover/model";
import { holdsPassword } from "@cutover/sql";
import { migrationSchema } from "./schema.js";

export type Connection = Readonly<Record<string, unknown>>;
export type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface SystemUse {
  /** Where it stands in migration.yaml, as a JSON pointer: `/sources/hr`. */
  readonly pointer: string;
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
  /** Where something stands in migration.yaml, by JSON pointer. */
  readonly at: (pointer: string) => Position;
}

type WrittenUse = Omit<SystemUse, "parameters" | "pointer"> & { readonly parameters?: Parameters };

type Vanished = "keep" | "flag";

/** `migration.yaml` as its schema has it. */
interface Written {
  readonly migration: string;
  readonly sources: Readonly<Record<string, WrittenUse & { readonly role?: "enrich" }>>;
  readonly target: WrittenUse;
  readonly entities?: readonly EntityName[];
  readonly match?: Readonly<Partial<Record<EntityName, readonly (readonly string[] | MatchKey)[]>>>;
  readonly vanished?: Vanished | Readonly<Partial<Record<EntityName, Vanished>>>;
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
  const { vanished } = written;
  if (vanished === undefined) return { keys, enrich };
  const all = typeof vanished === "string" ? entityNames.map((entity) => [entity, vanished]) : null;
  return { keys, enrich, vanished: all === null ? (vanished as object) : Object.fromEntries(all) };
}

/** Name of the file that makes a folder a migration. */
export const migrationFile = "migration.yaml";

const invalid = (
  message: string,
  options: { problems?: readonly Problem[]; remedy?: string },
): CutoverError => new CutoverError("migration-invalid", message, { stage: "configure", ...options });

/** What the schema cannot say: what is written is sound in itself. */
function unsound(written: Written, at: Migration["at"]): readonly Problem[] {
  const problems: Problem[] = [];
  const uses: readonly (readonly [string, WrittenUse])[] = [
    ...Object.entries(written.sources).map(([name, use]) => [`/sources/${name}`, use] as const),
    ["/target", written.target],
  ];
  for (const [pointer, { connection }] of uses) {
    if (!holdsPassword(connection)) continue;
    problems.push({
      message: "the URL holds a password, and this file is made for version control",
      at: at(`${pointer}/connection/url`),
      remedy:
        "Take it out, change it if it was shared, and name where it is kept: `passwordEnv` or `passwordFile` beside `url`, or `urlEnv` or `urlFile` in its place.",
    });
  }
  for (const [entity, { from }] of Object.entries(written.enrich ?? {})) {
    if (written.sources[from]?.role === "enrich") continue;
    const known = Object.entries(written.sources).filter(([, { role }]) => role === "enrich");
    problems.push({
      message: `there is no source \`${from}\` with \`role: enrich\``,
      at: at(`/enrich/${entity}/from`),
      remedy:
        known.length === 0
          ? "Give the source that enriches `role: enrich`."
          : `Known: ${known.map(([name]) => `\`${name}\``).join(", ")}.`,
    });
  }
  return problems;
}

/** Reads a migration folder. @throws CutoverError migration-invalid with everything that is wrong */
export function readMigration(given: string | undefined): Migration {
  const folder = path.resolve(given ?? ".");
  const remedy = "Name a migration folder, or make one with `cutover init`.";
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw invalid(`there is no folder ${given ?? "."}`, { remedy });
  }
  const file = path.join(folder, migrationFile);
  if (!existsSync(file)) {
    const shown = given ?? "this folder";
    throw invalid(`${shown} is no migration folder: it has no ${migrationFile}`, { remedy });
  }
  const { value, problems, at } = readYaml(file, migrationSchema, "a migration");
  const written = value as Written;
  const all = value === null ? problems : unsound(written, at);
  if (all.length > 0) {
    const shown = path.relative(process.cwd(), file) || file;
    throw invalid(`${shown} has ${all.length === 1 ? "an error" : "errors"}`, { problems: all });
  }
  const useOf = (pointer: string, use: WrittenUse): SystemUse => ({
    pointer,
    system: use.system,
    connection: use.connection,
    parameters: use.parameters ?? {},
  });
  return {
    folder,
    name: written.migration,
    sources: Object.entries(written.sources).map(([name, use]) => ({
      name,
      enriches: use.role === "enrich",
      ...useOf(`/sources/${name}`, use),
    })),
    target: useOf("/target", written.target),
    entities: written.entities ?? null,
    policy: policyOf(written),
    at,
  };
}
