import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import type { Differences } from "./differences.js";

/**
 * Notes what was read back though nobody expected it, unless the target had it before the load or an
 * earlier load brought it. Returns how many there are.
 */
export function findUnexpected({ db }: Ledger, entity: EntityName, differences: Differences): number {
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
  const page = db.prepare("SELECT key FROM temp.stranger WHERE key > ? ORDER BY key LIMIT 1000").pluck();
  let found = 0;
  for (let keys = page.all("") as string[]; keys.length > 0; keys = page.all(keys.at(-1)!) as string[]) {
    for (const key of keys) differences.unexpected(key);
    found += keys.length;
  }
  return found;
}
