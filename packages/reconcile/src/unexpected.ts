import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";

/**
 * Notes what was read back though nobody expected it, unless the target had it before the load or an
 * earlier load brought it. Returns how many there are.
 */
export function findUnexpected({ db }: Ledger, reconciliation: number, entity: EntityName): number {
  db.exec(`
    CREATE TEMP TABLE IF NOT EXISTS stranger (key TEXT PRIMARY KEY) WITHOUT ROWID;
    DELETE FROM temp.stranger;
    INSERT INTO temp.stranger SELECT a.key FROM "after_${entity}" a
      WHERE NOT EXISTS (SELECT 1 FROM "before_${entity}" b WHERE b.key = a.key)`);
  if (db.prepare("SELECT 1 FROM temp.stranger LIMIT 1").get() === undefined) return 0;
  db.prepare(
    `DELETE FROM temp.stranger WHERE key IN (
       SELECT r.targetKey FROM record r
       WHERE r.targetKey IN (SELECT key FROM temp.stranger)
         AND r.mapping IN (SELECT id FROM mapping WHERE entity = ?))`,
  ).run(entity);
  return db
    .prepare(
      `INSERT INTO difference (reconciliation, entity, targetKey, verdict)
       SELECT ?, ?, key, 'unexpected' FROM temp.stranger ORDER BY key`,
    )
    .run(reconciliation, entity).changes;
}
