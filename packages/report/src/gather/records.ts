import type { Database } from "better-sqlite3";
import { entityNames, type EntityName } from "@cutover/model";
import { told } from "./telling.js";

/** One line a record: what it was, how it ended, where it lives now. */
interface RecordLine {
  readonly entity: EntityName;
  readonly mapping: string;
  readonly key: string;
  readonly what: string;
  readonly disposition: string;
  readonly reason: string;
  readonly targetKey: string;
  readonly file: string;
  readonly at: string;
}

/** The columns of a record's line. */
export const recordColumns = [
  ["entity", "entity"],
  ["mapping", "mapping"],
  ["key", "source key"],
  ["what", "what it is"],
  ["disposition", "disposition"],
  ["reason", "reason"],
  ["targetKey", "target key"],
  ["file", "file"],
  ["at", "record number"],
] as const satisfies readonly (readonly [keyof RecordLine, string])[];

/** How many of them the page lists: it has to hold a million records, and line numbers do not pack. */
export const pageColumns = 7;

/** What each column is in SQL: of a record `r` of a mapping `m`, staged as `s`. */
const valueOf = (entity: EntityName): Readonly<Record<keyof RecordLine, string>> => ({
  entity: "m.entity",
  mapping: "m.name",
  key: "r.key",
  what: told(entity),
  disposition: "COALESCE(r.disposition, '')",
  reason: "COALESCE(r.reason, '')",
  targetKey: `COALESCE(CASE WHEN r.canonical IS NULL THEN NULL ELSE
    (SELECT o.targetKey FROM record o WHERE o.id = r.canonical) END, r.targetKey, '')`,
  file: "COALESCE(p.file, '')",
  at: "CAST(p.at AS TEXT)",
});

/**
 * Every record of the last extraction with its disposition, as values in the order of `recordColumns`;
 * streamed in the order entity, mapping, key.
 */
export function* recordLines(db: Database): Generator<readonly string[]> {
  for (const entity of entityNames) {
    const lines = db
      .prepare(
        `SELECT ${recordColumns.map(([name]) => valueOf(entity)[name]).join(", ")}
           FROM mapping m
           JOIN record r ON r.mapping = m.id
           JOIN place p ON p.record = r.id
           LEFT JOIN "${entity}" s ON s.id = r.id
          WHERE m.entity = ? AND m.direction = 'inbound' AND r.gone IS NULL
          ORDER BY m.id, r.key, r.occurrence`,
      )
      .raw()
      .iterate(entity) as IterableIterator<string[]>;
    yield* lines;
  }
}
