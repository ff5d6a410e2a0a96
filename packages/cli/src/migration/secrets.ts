import type { InboundDef, OutboundDef, WriteItemDef } from "@cutover/mapping";
import { entities, type CanonicalRecord, type EntityName } from "@cutover/model";

export const hidden = "(hidden)";

const secretFields = (entity: EntityName): readonly string[] =>
  Object.entries(entities[entity].fields).flatMap(([name, field]) => (field.secret === true ? [name] : []));

export const isSecret = (entity: EntityName, field: string): boolean =>
  entities[entity].fields[field]?.secret === true;

/** Members of a definition that say where it stands, why it is so, or when it holds: no value comes from them. */
const untold: ReadonlySet<string> = new Set(["at", "positions", "because", "when"]);

/** Names that the texts of a definition's part mention. */
function mentioned(part: unknown, into = new Set<string>()): ReadonlySet<string> {
  if (typeof part === "string") for (const [name] of part.matchAll(/[\p{L}_][\p{L}\d_]*/gu)) into.add(name);
  else if (Array.isArray(part)) for (const item of part) mentioned(item, into);
  else if (typeof part === "object" && part !== null) {
    for (const [key, value] of Object.entries(part)) {
      if (!untold.has(key)) mentioned(value, into);
    }
  }
  return into;
}

/** Columns of the source that credentials are made from. */
export function secretColumns(def: InboundDef): ReadonlySet<string> {
  const secret = secretFields(def.entity);
  const parts = def.fields.filter(({ name }) => secret.includes(name)).map(({ pipeline }) => pipeline);
  return mentioned(parts);
}

/** Columns of the target that credentials may be written to, as `table.column`. */
export function secretTargets(def: OutboundDef): ReadonlySet<string> {
  const secret = secretFields(def.entity);
  const found = new Set<string>();
  const look = (items: readonly WriteItemDef[]): void => {
    for (const item of items) {
      if (item.kind === "each") {
        look(item.writes);
        continue;
      }
      for (const { name, pipeline } of item.set) {
        const names = mentioned(pipeline);
        if (secret.some((field) => names.has(field))) found.add(`${item.table.spec.name}.${name}`);
      }
    }
  };
  look(def.writes);
  return found;
}

/** A record without its credentials. */
export const withoutSecrets = (entity: EntityName, record: CanonicalRecord): CanonicalRecord =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      value !== null && isSecret(entity, name) ? hidden : value,
    ]),
  );
