import { entities, type EntityName } from "@cutover/model";

/** The fields that tell what a record is, to a person who knows the data. */
const telling: Readonly<Record<EntityName, readonly string[]>> = {
  organization: ["code", "name"],
  user: ["employeeId", "username", "displayName", "givenName", "familyName", "status"],
  course: ["code", "version", "title", "status"],
  certification: ["code", "name", "kind"],
  enrollment: ["user", "course", "role", "session", "status"],
  completion: ["user", "course", "title", "attempt", "status", "completedAt"],
  award: ["user", "certification", "number", "issuedAt", "expiresAt"],
};

/** A referred-to record, in two words at most. */
const referred: Readonly<Partial<Record<EntityName, string>>> = {
  user: `COALESCE(t."username", t."employeeId", t."email")`,
  course: `COALESCE(t."code", t."title")`,
  certification: `COALESCE(t."code", t."name")`,
};

/**
 * SQL that tells a staged record (alias `s`) in a few words; references by what they refer to.
 * Of what was read back from the target (`resolved: false`) references are told by their keys.
 */
export function told(entity: EntityName, resolved = true): string {
  const parts = telling[entity].map((name) => {
    const field = entities[entity].fields[name]!;
    if (!resolved || field.kind !== "ref" || field.entity === undefined) return `s."${name}"`;
    return `COALESCE((SELECT ${referred[field.entity]} FROM "${field.entity}" t WHERE t.id = s."${name}Id"), s."${name}")`;
  });
  return `COALESCE(rtrim(${parts.map((part) => `COALESCE(${part} || ' · ', '')`).join(" || ")}, ' ·'), '')`;
}
