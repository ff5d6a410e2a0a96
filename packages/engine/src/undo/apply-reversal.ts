import { RowRejected, type Loader, type WriteBatch } from "@cutover/model";
import { valuesToJson } from "../load/target-values.js";
import type { RememberedRow } from "../written-rows.js";
import type { Kept, Reversal } from "./reversal.js";

/**
 * Takes a batch back in one transaction. Where the target refuses (a foreign key nobody declared), row by
 * row; what it still refuses stays, with the target's reason.
 */
export async function applyReversal(
  loader: Loader,
  rows: readonly RememberedRow[],
  { updates, deletes }: Reversal,
): Promise<readonly Kept[]> {
  if (updates.length + deletes.length === 0) return [];
  try {
    await loader.apply({ inserts: [], updates, deletes });
    return [];
  } catch (cause) {
    if (!(cause instanceof RowRejected)) throw cause;
  }
  const kept: Kept[] = [];
  const single: readonly WriteBatch[] = [
    ...updates.map((update): WriteBatch => ({ inserts: [], updates: [update], deletes: [] })),
    ...deletes.map((row): WriteBatch => ({ inserts: [], updates: [], deletes: [row] })),
  ];
  for (const batch of single) {
    try {
      await loader.apply(batch);
    } catch (cause) {
      if (!(cause instanceof RowRejected)) throw cause;
      const { table, where } = (batch.updates[0] ?? batch.deletes[0])!;
      const rowKey = valuesToJson(where);
      const operation = batch.updates.length > 0 ? "update" : "insert";
      const row = rows.find(
        (r) => r.table.name === table.name && valuesToJson(r.key) === rowKey && r.operation === operation,
      )!;
      kept.push({
        record: row.record,
        table: table.name,
        operation,
        rowKey,
        why: `refused: ${cause.driverCode}`,
      });
    }
  }
  return kept;
}
