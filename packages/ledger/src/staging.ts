import {
  decodeRecord,
  encodeRecord,
  fieldNames,
  hashRow,
  singleReferences,
  type CanonicalRecord,
  type Disposition,
  type EntityName,
} from "@cutover/model";
import { fill } from "./filled-fields.js";
import type { Ledger } from "./ledger.js";

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

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
       FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id > ? AND r.gone IS NULL ORDER BY e.id LIMIT ?`,
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
  const row = ledger
    .prepared(`SELECT ${quoted(fieldNames(entity))} FROM "${entity}" WHERE id = ?`)
    .raw()
    .get(id) as unknown[] | undefined;
  return row === undefined ? null : decodeRecord(entity, row);
}

/**
 * Changes a staged record (an override, a field that another source wins) and its content hash with it,
 * so that the digest of what is staged always tells what would be loaded. A reference that changes
 * leads nowhere until it is resolved anew.
 */
export function restage(ledger: Ledger, entity: EntityName, id: number, record: CanonicalRecord): void {
  const row = encodeRecord(entity, record);
  fill(
    ledger,
    entity,
    fieldNames(entity).filter((_, i) => row[i] !== null),
  );
  const references = singleReferences(entity);
  ledger
    .prepared(
      `UPDATE "${entity}" SET ${[
        ...fieldNames(entity).map((f) => `"${f}" = ?`),
        ...references.map(({ field }) => `"${field}Id" = CASE WHEN "${field}" IS ? THEN "${field}Id" END`),
      ].join(", ")} WHERE id = ?`,
    )
    .run(...row, ...references.map(({ field }) => record[field] as string | null), id);
  ledger
    .prepared(
      "UPDATE record SET settled = CASE WHEN hash IS @hash THEN settled END, hash = @hash WHERE id = @id",
    )
    .run({ hash: hashRow(row), id });
}
