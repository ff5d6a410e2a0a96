import {
  decodeRecord,
  emptyRecord,
  encodeRecord,
  fieldNames,
  hashRow,
  type CanonicalRecord,
  type EntityName,
} from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** When the target was read: for the plan, or after a load. */
export type Moment = "before" | "after";

/** A target record as the ledger has it. */
export interface TargetRecord {
  readonly key: string;
  readonly mapping: number;
  readonly hash: Buffer;
  readonly record: CanonicalRecord;
}

/** Forgets what the target held at that moment. */
export function clearTarget(ledger: Ledger, moment: Moment, entity: EntityName): void {
  ledger.db.prepare(`DELETE FROM "${moment}_${entity}"`).run();
}

/**
 * A function that keeps one target record, with nulls where it could not be mapped; false where the
 * target has the key twice, and the first one stays. Call it inside large transactions.
 */
export function targetWriter(
  ledger: Ledger,
  moment: Moment,
  entity: EntityName,
): (mapping: number, key: string, record: CanonicalRecord | null) => boolean {
  const fields = fieldNames(entity);
  const insert = ledger.db.prepare(
    `INSERT OR IGNORE INTO "${moment}_${entity}" (key, mapping, hash, ${fields.map((f) => `"${f}"`).join(", ")})
     VALUES (${Array.from({ length: fields.length + 3 }, () => "?").join(", ")})`,
  );
  return (mapping, key, record) => {
    const row = encodeRecord(entity, record ?? emptyRecord(entity));
    return insert.run(key, mapping, hashRow(row), ...row).changes === 1;
  };
}

const decode = (entity: EntityName, row: readonly unknown[]): TargetRecord => {
  const [key, mapping, hash, ...values] = row;
  return {
    key: key as string,
    mapping: mapping as number,
    hash: hash as Buffer,
    record: decodeRecord(entity, values),
  };
};

const columns = (entity: EntityName): string =>
  ["key", "mapping", "hash", ...fieldNames(entity)].map((f) => `"${f}"`).join(", ");

/** Target records by key, after `after`, `limit` at most: pages, so that the reader may write in between. */
export function readTarget(
  ledger: Ledger,
  moment: Moment,
  entity: EntityName,
  after = "",
  limit = 1000,
): readonly TargetRecord[] {
  const rows = ledger.db
    .prepare(`SELECT ${columns(entity)} FROM "${moment}_${entity}" WHERE key > ? ORDER BY key LIMIT ?`)
    .raw()
    .all(after, limit) as unknown[][];
  return rows.map((row) => decode(entity, row));
}

/** A function that looks target records up by key; its statement is prepared once. */
export function targetReader(
  ledger: Ledger,
  moment: Moment,
  entity: EntityName,
): (key: string) => TargetRecord | null {
  const select = ledger.db
    .prepare(`SELECT ${columns(entity)} FROM "${moment}_${entity}" WHERE key = ?`)
    .raw();
  return (key) => {
    const row = select.get(key) as unknown[] | undefined;
    return row === undefined ? null : decode(entity, row);
  };
}
