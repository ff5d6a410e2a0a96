import type { Database } from "better-sqlite3";
import { entities, entityNames, type EntityName } from "@cutover/model";

/** One line a record: what it was, how it ended, where it lives now. */
export interface RecordLine {
  readonly entity: EntityName;
  readonly mapping: string;
  readonly key: string;
  readonly what: string;
  readonly disposition: string;
  readonly reason: string;
  readonly targetKey: string;
}

/** How a record of an entity is told in a few words; references by what they refer to. */
const telling: Readonly<Record<EntityName, readonly string[]>> = {
  organization: ["code", "name"],
  user: ["employeeId", "username", "displayName", "givenName", "familyName", "status"],
  course: ["code", "version", "title", "status"],
  certification: ["code", "name", "kind"],
  enrollment: ["user", "course", "role", "session", "status"],
  completion: ["user", "course", "title", "attempt", "status", "completedAt"],
  award: ["user", "certification", "number", "issuedAt", "expiresAt"],
};

/** A short telling of a referred-to record, in SQL. */
const told: Readonly<Partial<Record<EntityName, string>>> = {
  user: `COALESCE(t."username", t."employeeId", t."email")`,
  course: `COALESCE(t."code", t."title")`,
  certification: `COALESCE(t."code", t."name")`,
};

function what(entity: EntityName): string {
  const parts = telling[entity].map((name) => {
    const field = entities[entity].fields[name]!;
    if (field.kind !== "ref" || field.entity === undefined) return `s."${name}"`;
    return `COALESCE((SELECT ${told[field.entity]} FROM "${field.entity}" t WHERE t.id = s."${name}Id"), s."${name}")`;
  });
  return `rtrim(${parts.map((part) => `COALESCE(${part} || ' · ', '')`).join(" || ")}, ' ·')`;
}

/** Every record of the last extraction with its disposition, streamed in the order entity, mapping, key. */
export function* recordLines(db: Database, extraction: number): Generator<RecordLine> {
  for (const entity of entityNames) {
    const lines = db
      .prepare(
        `SELECT m.entity AS entity, m.name AS mapping, r.key AS key, COALESCE(${what(entity)}, '') AS what,
                COALESCE(r.disposition, '') AS disposition, COALESCE(r.reason, '') AS reason,
                COALESCE(o.targetKey, c.targetKey, '') AS targetKey
           FROM mapping m
           JOIN record r ON r.mapping = m.id
           LEFT JOIN "${entity}" s ON s.id = r.id
           LEFT JOIN crosswalk c ON c.record = r.id
           LEFT JOIN crosswalk o ON o.record = c.canonical
          WHERE m.entity = ? AND m.direction = 'inbound' AND r.extraction = ?
          ORDER BY m.id, r.key, r.occurrence`,
      )
      .iterate(entity, extraction) as IterableIterator<RecordLine>;
    yield* lines;
  }
}

/** How many there are. */
export const countRecords = (db: Database, extraction: number): number =>
  db.prepare("SELECT count(*) FROM record WHERE extraction = ?").pluck().get(extraction) as number;
