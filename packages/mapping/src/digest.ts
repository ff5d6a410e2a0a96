import { createHash } from "node:crypto";
import { canonicalJson } from "@cutover/model";
import type {
  ExtractDef,
  FieldDef,
  InboundDef,
  OutboundDef,
  PipelineDef,
  StepInfo,
  SystemDef,
  TableDef,
} from "./definition.js";

/** Raised when the language itself changes what an unchanged definition means. */
const languageVersion = 1;

/**
 * The definition with all that has no effect left out: places, comments, the order of maps, examples.
 * What is left is what an approval covers.
 */
function effective(system: SystemDef, steps: ReadonlyMap<string, StepInfo>): unknown {
  const used = new Set<string>();
  const stripped = strip(
    {
      ...system,
      parameters: mapValues(system.parameters, ({ value }) => value),
      extracts: mapValues(system.extracts, extractOf),
      tables: mapValues(system.tables, tableOf),
      references: mapValues(system.references, (reference) => reference),
      inbound: byName(system.inbound, inboundOf),
      outbound: byName(system.outbound, outboundOf),
      // Rows of scratch databases do not reach a real target.
      fresh: undefined,
    },
    used,
  );
  const versions = Object.fromEntries([...used].map((name) => [name, steps.get(name)?.version ?? 0]));
  return { language: languageVersion, steps: versions, definition: stripped };
}

/** SHA-256 (hex) of the effective definition. */
export const digestSystem = (system: SystemDef, steps: ReadonlyMap<string, StepInfo>): string =>
  createHash("sha256")
    .update(canonicalJson(effective(system, steps)), "utf8")
    .digest("hex");

const mapValues = <V>(
  map: ReadonlyMap<string, V>,
  of: (value: V) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...map].map(([name, value]) => [name, of(value)]));

const byName = <D extends { readonly name: string }>(
  defs: readonly D[],
  of: (def: D) => unknown,
): Readonly<Record<string, unknown>> => Object.fromEntries(defs.map((def) => [def.name, of(def)]));

const extractOf = ({ spec, ignore }: ExtractDef): unknown => ({
  spec,
  ignore: mapValues(ignore, (i) => i.because),
});

const tableOf = ({ spec, columns }: TableDef): unknown => ({
  ...spec,
  columns: mapValues(columns, (column) => column),
});

const fieldsOf = (fields: readonly FieldDef[]): Readonly<Record<string, PipelineDef>> =>
  Object.fromEntries(fields.map(({ name, pipeline }) => [name, pipeline]));

const inboundOf = (def: InboundDef): unknown => ({
  extract: def.extract.spec.name,
  entity: def.entity,
  key: def.key,
  exclude: def.exclude,
  fields: fieldsOf(def.fields),
  ignore: mapValues(def.ignore, (i) => i.because),
  checks: def.checks,
});

const outboundOf = (def: OutboundDef): unknown => ({
  ...def,
  file: undefined,
  projection: fieldsOf(def.projection),
  noSlot: mapValues(def.noSlot, (i) => i.because),
  overwritten: mapValues(def.overwritten, (i) => i.because),
});

/** What a part of a definition means, as plain data; equal parts have equal canonical JSON. */
export const meaning = (part: unknown): unknown => strip(part, new Set());

/** Plain data without places; tables and references that a write holds are named only. */
function strip(value: unknown, used: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => strip(item, used));
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Map) return strip(Object.fromEntries(value as Map<string, unknown>), used);
  const object = value as Readonly<Record<string, unknown>>;
  if (typeof object["name"] === "string" && "options" in object && "arg" in object) used.add(object["name"]);
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(object)) {
    if (key === "at" || key === "positions" || key === "faulty" || key === "examples" || member === undefined)
      continue;
    if (key === "table" && isNamed(member)) result[key] = member.spec.name;
    else if (key === "reference" && isReference(member)) result[key] = member.name;
    else if (key === "set" && Array.isArray(member))
      result[key] = strip(fieldsOf(member as FieldDef[]), used);
    // Said once already, as plain data.
    else if (key === "inner") strip(member, used);
    else result[key] = strip(member, used);
  }
  return result;
}

const isNamed = (value: unknown): value is TableDef =>
  typeof value === "object" && value !== null && "spec" in value;

const isReference = (value: unknown): value is { readonly name: string } =>
  typeof value === "object" && value !== null && "name" in value;
