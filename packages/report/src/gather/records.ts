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
  // Found for all records of a mapping together: one by one they cost as much as all the rest.
  file: "''",
  at: "r.at",
});

const [fileAt, placeAt] = (["file", "at"] as const).map((wanted) =>
  recordColumns.findIndex(([name]) => name === wanted),
) as [number, number];

/**
 * A function that puts the file and the number in it into the lines of a mapping's records, which come with
 * their numbers in the extract: what the view `place` tells of each.
 */
function placer(db: Database, mapping: number): (line: (string | number)[]) => readonly string[] {
  const files = db
    .prepare("SELECT file, before FROM record_file WHERE mapping = ? ORDER BY before")
    .all(mapping) as { readonly file: string; readonly before: number }[];
  return (line) => {
    const at = line[placeAt] as number;
    const found = files.findLast(({ before }) => before < at);
    line[fileAt] = found?.file ?? "";
    line[placeAt] = String(at - (found?.before ?? 0));
    return line as string[];
  };
}

/**
 * Every record of the last extraction with its disposition, as values in the order of `recordColumns`;
 * streamed in the order entity, mapping, key.
 */
export function* recordLines(db: Database): Generator<readonly string[]> {
  const mappings = db
    .prepare("SELECT id FROM mapping WHERE entity = ? AND direction = 'inbound' ORDER BY id")
    .pluck();
  for (const entity of entityNames) {
    const lines = db
      .prepare(
        `SELECT ${recordColumns.map(([name]) => valueOf(entity)[name]).join(", ")}
           FROM mapping m
           JOIN record r ON r.mapping = m.id
           LEFT JOIN "${entity}" s ON s.id = r.id
          WHERE m.id = ? AND r.gone IS NULL
          ORDER BY r.key, r.occurrence`,
      )
      .raw();
    for (const mapping of mappings.all(entity) as number[]) {
      const place = placer(db, mapping);
      for (const line of lines.iterate(mapping)) yield place(line as (string | number)[]);
    }
  }
}
