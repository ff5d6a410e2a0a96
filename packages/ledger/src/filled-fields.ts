import { fieldNames, type EntityName } from "@cutover/model";
import { bulkInsert, type InsertedRow } from "./bulk-insert.js";
import type { Ledger } from "./ledger.js";

/** Fields of an entity that any staged record ever had a value of; all others are null in every record. */
export function filledFields(ledger: Ledger, entity: EntityName): readonly string[] {
  const filled = new Set(
    ledger.prepared("SELECT field FROM filled_field WHERE entity = ?").pluck().all(entity) as string[],
  );
  return fieldNames(entity).filter((field) => filled.has(field));
}

/** Combinations of columns that statements are kept of. */
const mostInserters = 8;

/**
 * A function that adds rows to a staging table: ids, the values of the fields that are named, and of columns
 * that come after. It keeps account of what is filled: columns that nobody fills are neither written nor read.
 */
export function filledInserter(
  ledger: Ledger,
  entity: EntityName,
  besides: readonly string[],
): (fields: readonly string[], rows: readonly InsertedRow[]) => void {
  const inserters = new Map<string, (rows: readonly InsertedRow[]) => number>();
  return (fields, rows) => {
    if (rows.length === 0) return;
    const name = fields.join(" ");
    let insert = inserters.get(name);
    if (insert === undefined) {
      fill(ledger, entity, fields);
      if (inserters.size >= mostInserters) inserters.clear();
      inserters.set(name, (insert = bulkInsert(ledger, entity, ["id", ...fields, ...besides])));
    }
    insert(rows);
  };
}

/** Says that records have values of these fields. */
export function fill(ledger: Ledger, entity: EntityName, fields: readonly string[]): void {
  const note = ledger.prepared("INSERT OR IGNORE INTO filled_field (entity, field) VALUES (?, ?)");
  for (const field of fields) note.run(entity, field);
}
