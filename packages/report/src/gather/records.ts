import type { Database } from "better-sqlite3";
import { entityNames, type EntityName } from "@cutover/model";
import { told } from "./telling.js";

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

/** The columns of a record's line, in every form. */
export const recordColumns = [
  ["entity", "entity"],
  ["mapping", "mapping"],
  ["key", "source key"],
  ["what", "what it is"],
  ["disposition", "disposition"],
  ["reason", "reason"],
  ["targetKey", "target key"],
] as const satisfies readonly (readonly [keyof RecordLine, string])[];

/** Every record of the last extraction with its disposition, streamed in the order entity, mapping, key. */
export function* recordLines(db: Database, extraction: number): Generator<RecordLine> {
  for (const entity of entityNames) {
    const lines = db
      .prepare(
        `SELECT m.entity AS entity, m.name AS mapping, r.key AS key, ${told(entity)} AS what,
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
