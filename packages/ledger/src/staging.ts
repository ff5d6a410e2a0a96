import {
  decodeRecord,
  encodeRecord,
  fieldNames,
  hashRow,
  type CanonicalRecord,
  type Disposition,
  type EntityName,
  type IssueCode,
} from "@cutover/model";
import { issueWriter, type IssueStage } from "./issues.js";
import type { Ledger } from "./ledger.js";

/** One pair of source record and mapping, on its way into the ledger. */
export interface StagedInput {
  readonly key: string;
  /** Line or record number in the extract. */
  readonly at: number;
  /** Null where the row was excluded or could not be mapped. */
  readonly record: CanonicalRecord | null;
  readonly disposition: Extract<Disposition, "excluded" | "flagged"> | null;
  readonly reason: string | null;
  readonly issues: readonly {
    readonly code: IssueCode;
    readonly severity: "flag" | "warning";
    readonly stage: IssueStage;
    readonly field: string | null;
    readonly note: string | null;
  }[];
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
const holes = (count: number): string => Array.from({ length: count }, () => "?").join(", ");

/**
 * A function that stages one record of a mapping and returns its id: the one it had before, where the
 * same key came in an earlier extraction. Call it inside large transactions.
 */
export function recordWriter(
  ledger: Ledger,
  mapping: number,
  entity: EntityName,
  extraction: number,
): (input: StagedInput) => number {
  const fields = fieldNames(entity);
  // A row seen in this very extraction is not touched: then the key came twice, and gets the next occurrence.
  const put = ledger.db
    .prepare(
      `INSERT INTO record (mapping, key, occurrence, at, hash, disposition, reason, extraction)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (mapping, key, occurrence) DO UPDATE SET
         at = excluded.at, hash = excluded.hash, disposition = excluded.disposition,
         reason = excluded.reason, applied = NULL, extraction = excluded.extraction
       WHERE extraction <> excluded.extraction
       RETURNING id`,
    )
    .pluck();
  const lastOccurrence = ledger.db
    .prepare("SELECT max(occurrence) FROM record WHERE mapping = ? AND key = ? AND extraction = ?")
    .pluck();
  const stage = ledger.db.prepare(
    `INSERT OR REPLACE INTO "${entity}" (id, ${quoted(fields)}) VALUES (${holes(fields.length + 1)})`,
  );
  const unstage = ledger.db.prepare(`DELETE FROM "${entity}" WHERE id = ?`);
  const addIssue = issueWriter(ledger);

  return (input) => {
    const row = input.record === null ? null : encodeRecord(entity, input.record);
    const hash = row === null ? null : hashRow(row);
    let id: number | undefined;
    for (let occurrence = 1; id === undefined;) {
      id = put.get(
        mapping,
        input.key,
        occurrence,
        input.at,
        hash,
        input.disposition,
        input.reason,
        extraction,
      ) as number | undefined;
      if (id === undefined) {
        occurrence = (lastOccurrence.get(mapping, input.key, extraction) as number) + 1;
      }
    }
    if (row === null) unstage.run(id);
    else stage.run(id, ...row);
    for (const issue of input.issues) addIssue({ ...issue, record: id });
    return id;
  };
}

/** A staged record as the ledger has it. */
export interface StagedRecord {
  readonly id: number;
  readonly mapping: number;
  readonly key: string;
  readonly occurrence: number;
  readonly disposition: Disposition | null;
  readonly record: CanonicalRecord;
}

/** Staged records by id, after `after`, `limit` at most: pages, so that the reader may write in between. */
export function readStaged(
  ledger: Ledger,
  entity: EntityName,
  after = 0,
  limit = 1000,
): readonly StagedRecord[] {
  const fields = fieldNames(entity);
  const rows = ledger.db
    .prepare(
      `SELECT r.id, r.mapping, r.key, r.occurrence, r.disposition, ${fields.map((f) => `e."${f}"`).join(", ")}
       FROM "${entity}" e JOIN record r ON r.id = e.id
       WHERE e.id > ? AND r.extraction = (SELECT id FROM extraction) ORDER BY e.id LIMIT ?`,
    )
    .raw()
    .all(after, limit) as unknown[][];
  return rows.map(([id, mapping, key, occurrence, disposition, ...values]) => ({
    id: id as number,
    mapping: mapping as number,
    key: key as string,
    occurrence: occurrence as number,
    disposition: disposition as Disposition | null,
    record: decodeRecord(entity, values),
  }));
}

/** The staged form of one record; null where it was excluded before it was mapped, or could not be mapped. */
export function stagedRecord(ledger: Ledger, entity: EntityName, id: number): CanonicalRecord | null {
  const row = ledger.db
    .prepare(`SELECT ${quoted(fieldNames(entity))} FROM "${entity}" WHERE id = ?`)
    .raw()
    .get(id) as unknown[] | undefined;
  return row === undefined ? null : decodeRecord(entity, row);
}

/**
 * Changes a staged record (an override, a field that another source wins) and its content hash with it,
 * so that the digest of what is staged always tells what would be loaded. Resolved references are the
 * caller's: `<field>Id` columns stay as they are.
 */
export function restage(ledger: Ledger, entity: EntityName, id: number, record: CanonicalRecord): void {
  const row = encodeRecord(entity, record);
  ledger.db
    .prepare(
      `UPDATE "${entity}" SET ${fieldNames(entity)
        .map((f) => `"${f}" = ?`)
        .join(", ")} WHERE id = ?`,
    )
    .run(...row, id);
  ledger.db.prepare("UPDATE record SET hash = ? WHERE id = ?").run(hashRow(row), id);
}
