import type { Position, Problem } from "@cutover/model";
import { compileInbound } from "./compile/inbound.js";
import { compileOutbound } from "./compile/outbound.js";
import type { InboundMapping, OutboundMapping, System } from "./contract.js";
import type { CompileContext, Compiled, SystemDef } from "./definition.js";
import { createTables, freshRows } from "./create-tables.js";
import { diffDefinitions, type Change } from "./diff/index.js";
import { digestSystem } from "./digest.js";
import { lintSystem } from "./lint/index.js";
import { parseSystemFiles, type ParseOptions } from "./parse/index.js";
import { steps } from "./steps/index.js";

export type LoadOptions = ParseOptions;

/** A compiled system, and the definition it was compiled from. */
export interface LoadedSystem extends System {
  readonly definition: SystemDef;
  /** What it was loaded by. */
  readonly loadedBy: LoadOptions;
}

export interface Loaded {
  /** Null where there are problems. */
  readonly system: LoadedSystem | null;
  /** All that is wrong, in the order of the files. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads, checks and compiles a system's folder, overrides laid over it. Bad files give problems, never an error. */
export function loadSystem(options: LoadOptions): Loaded {
  const { system: definition, problems: structural, faulty } = parseSystemFiles(options, steps);
  if (definition === null) return { system: null, problems: inOrder(structural), warnings: [] };
  const linted = lintSystem(definition, steps);
  const parameters = parametersOf(definition);
  const context: CompileContext = { system: definition, parameters };
  const found: Problem[] = [];
  const compile = <D extends { readonly name: string; readonly file: string; readonly at: Position }, M>(
    defs: readonly D[],
    one: (def: D, context: CompileContext) => Compiled<M>,
  ): readonly M[] =>
    defs.flatMap((def) => {
      // Where the structure is at fault, the compiler would complain of what is missing because of it.
      if (faulty.has(def.name)) return [];
      const { mapping, problems } = one(def, context);
      // What is said of the mapping as a whole may only follow from what lint says of its parts.
      const isLinted = linted.problems.some(({ at }) => at?.file === def.file);
      found.push(...problems.filter(({ at }) => !isLinted || at !== def.at));
      return mapping ?? [];
    });
  const inbound = compile<(typeof definition.inbound)[number], InboundMapping>(
    definition.inbound,
    compileInbound,
  );
  const outbound = compile<(typeof definition.outbound)[number], OutboundMapping>(
    definition.outbound,
    compileOutbound,
  );
  const wholes = [...definition.inbound, ...definition.outbound].map(({ at }) =>
    placeOf({ message: "", at }),
  );
  const problems = inOrder(nearest([structural, linted.problems, found], new Set(wholes)));
  const warnings = inOrder(linted.warnings);
  if (problems.length > 0) return { system: null, problems, warnings };
  const system: LoadedSystem = {
    name: definition.name,
    title: definition.title,
    medium: definition.medium,
    parameters,
    extracts: [...definition.extracts.values()].map(({ spec }) => spec),
    tables: [...definition.tables.values()].map(({ spec }) => spec),
    references: [...definition.references.values()].map(({ name, sql, columns }) => ({ name, sql, columns })),
    inbound,
    outbound,
    before: definition.before,
    after: definition.after,
    totals: definition.totals,
    digest: digestSystem(definition, steps),
    definition,
    loadedBy: options,
  };
  return { system, problems: [], warnings };
}

export const parametersOf = (definition: SystemDef): System["parameters"] =>
  Object.fromEntries([...definition.parameters].map(([name, { value }]) => [name, value]));

const placeOf = ({ at }: Problem): string => `${at?.file ?? ""}:${at?.line ?? 0}:${at?.column ?? 0}`;

/**
 * What one pass finds at a place says it; what later passes find there as well only follows from it. Of a
 * mapping as a whole several things can be said.
 */
function nearest(passes: readonly (readonly Problem[])[], wholes: ReadonlySet<string>): readonly Problem[] {
  const seen = new Set<string>();
  return passes.flatMap((pass) => {
    const fresh = pass.filter((problem) => !seen.has(placeOf(problem)));
    for (const place of fresh.map(placeOf)) if (!wholes.has(place)) seen.add(place);
    return fresh;
  });
}

const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted(
    (a, b) =>
      (a.at?.file ?? "").localeCompare(b.at?.file ?? "", "en") ||
      (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );

/** What differs between two definitions of a system, in words. */
export const diffSystems = (a: LoadedSystem, b: LoadedSystem): readonly Change[] =>
  diffDefinitions(a.definition, b.definition, steps);

/** DDL of the tables a system declares, for scratch databases that stand in for it. */
export const createTableStatements = ({ definition }: LoadedSystem, dialect: "sqlite"): readonly string[] =>
  createTables(definition.tables.values(), dialect);

/** Rows a just installed target holds, for scratch databases; to be run after `createTableStatements`. */
export const freshStatements = ({ definition }: LoadedSystem, dialect: "sqlite"): readonly string[] =>
  freshRows(definition.fresh, definition.tables, dialect);
