import { entities, entityNames, type CanonicalRecord } from "@cutover/model";
import type { PipelineDef } from "./definition.js";
import { isMap } from "./value.js";

/** A member of a field that is a map: somebody's own attribute `phone2`. */
export interface MapEntry {
  readonly field: string;
  readonly name: string;
}

const maps = new Set(
  entityNames.flatMap((entity) =>
    Object.entries(entities[entity].fields).flatMap(([name, { kind }]) => (kind === "map" ? [name] : [])),
  ),
);

/** The one entry that a pipeline begins with, or null. */
export function entryOf({ from, steps, cases }: PipelineDef): MapEntry | null {
  const [first] = steps;
  if (from === null || from.list || cases !== null || first?.name !== "get") return null;
  const [source, ...others] = from.names;
  if (source === undefined || others.length > 0 || !maps.has(source.name)) return null;
  return { field: source.name, name: String(first.arg) };
}

/** Whether the record says anything of the entry. */
export function isThere({ field, name }: MapEntry, record: CanonicalRecord): boolean {
  const value = record[field] ?? null;
  return isMap(value) && Object.hasOwn(value, name);
}
