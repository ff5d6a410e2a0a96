import { decodeRecord, fieldNames, type CanonicalRecord, type EntityName } from "@cutover/model";
import type { InsertedRow } from "./bulk-insert.js";
import { Inserters } from "./inserters.js";
import { columnsOfRecords, hashAt, hashesOf } from "./record-columns.js";
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

/** A target record that was read; null where no canonical form could be made of it. */
export interface KeptInput {
  readonly key: string;
  readonly record: CanonicalRecord | null;
}

/**
 * A function that keeps target records, with nulls where one could not be mapped, and returns how many
 * it kept: where the target has a key twice, the first one stays. Call it inside large transactions.
 */
export function targetWriter(
  ledger: Ledger,
  moment: Moment,
  entity: EntityName,
  mapping: number,
): (inputs: readonly KeptInput[]) => number {
  const table = `${moment}_${entity}`;
  const inserters = new Inserters(ledger, table, ["key", "mapping", "hash"], "ON CONFLICT (key) DO NOTHING");
  return (inputs) => {
    const made = columnsOfRecords(
      entity,
      inputs.map(({ record }) => record),
    );
    const { columns } = made;
    const hashes = hashesOf(entity, made, inputs.length);
    return inserters.insert(
      columns,
      inputs.map(({ key }, i) => {
        const row: InsertedRow[number][] = [key, mapping, hashAt(hashes, i)];
        for (const { values } of columns) row.push(values[i]!);
        return row;
      }),
    );
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

/** A function that looks target records up by key, a page of them at once; null keys are left out. */
export function targetReader(
  ledger: Ledger,
  moment: Moment,
  entity: EntityName,
): (keys: Iterable<string | null>) => ReadonlyMap<string, TargetRecord> {
  const select = ledger.db
    .prepare(
      `SELECT ${columns(entity)} FROM "${moment}_${entity}" WHERE key IN (SELECT value FROM json_each(?))`,
    )
    .raw();
  return (keys) => {
    const asked = [...keys].filter((key) => key !== null);
    const rows = asked.length === 0 ? [] : (select.all(JSON.stringify(asked)) as unknown[][]);
    return new Map(rows.map((row) => [row[0] as string, decode(entity, row)]));
  };
}
