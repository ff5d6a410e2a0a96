import path from "node:path";
import Database from "better-sqlite3";
import type { Found } from "./compare-labels.js";

/**
 * Records that came twice with the same content and were merged, read from the ledger as anybody can
 * with any SQLite tool: nobody has to decide anything about them, so no flag tells of them.
 */
export function repeatedRecords(folder: string): readonly Found[] {
  const db = new Database(path.join(folder, ".cutover", "ledger.db"), { readonly: true });
  try {
    return db
      .prepare(
        `SELECT s.name AS source, m.entity, r.key, r.at, 'merged' AS code, NULL AS field, r.reason AS note
         FROM record r JOIN mapping m ON m.id = r.mapping JOIN side s ON s.id = m.side
         WHERE r.disposition = 'merged' AND r.occurrence > 1`,
      )
      .all() as Found[];
  } finally {
    db.close();
  }
}
