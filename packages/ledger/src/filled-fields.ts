import { fieldNames, type EntityName } from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** Fields of an entity that any staged record ever had a value of; all others are null in every record. */
export function filledFields(ledger: Ledger, entity: EntityName): readonly string[] {
  const filled = new Set(
    ledger.prepared("SELECT field FROM filled_field WHERE entity = ?").pluck().all(entity) as string[],
  );
  return fieldNames(entity).filter((field) => filled.has(field));
}

/** Says that records have values of these fields: columns that nobody fills are neither written nor read. */
export function fill(ledger: Ledger, entity: EntityName, fields: Iterable<string>): void {
  const note = ledger.prepared("INSERT OR IGNORE INTO filled_field (entity, field) VALUES (?, ?)");
  for (const field of fields) note.run(entity, field);
}
