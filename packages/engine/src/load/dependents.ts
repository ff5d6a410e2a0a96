import { isSoftReference } from "@cutover/intake";
import { issueWriter, type Ledger } from "@cutover/ledger";
import { singleReferences, type EntityName } from "@cutover/model";
import type { Journal } from "./journal.js";

/**
 * Looks after records whose reference leads to one that the load could not write: without an essential
 * reference they are flagged and hang on that one's flag, without another one they go on and say so.
 * Run it for an entity before its load: what it refers to is loaded by then.
 */
export function flagLostReferences(ledger: Ledger, entity: EntityName, journal: Journal): void {
  const addIssue = issueWriter(ledger);
  const { db } = ledger;
  ledger.transaction(() => {
    for (const { field, to } of singleReferences(entity)) {
      if (to === entity) continue;
      db.exec(`
        DROP TABLE IF EXISTS temp.lacking;
        CREATE TEMP TABLE lacking (id INTEGER PRIMARY KEY, root INTEGER NOT NULL);
        INSERT INTO temp.lacking
          SELECT c.record, c.canonical FROM record r CROSS JOIN crosswalk c ON c.record = r.id
          CROSS JOIN record t ON t.id = c.canonical
          WHERE r.mapping IN (SELECT id FROM mapping WHERE entity = '${to}' AND direction = 'inbound')
            AND t.targetKey IS NULL`);
      if (db.prepare("SELECT 1 FROM temp.lacking LIMIT 1").get() === undefined) continue;
      const lost = db
        .prepare(
          `SELECT e.id, l.root FROM "${entity}" e CROSS JOIN temp.lacking l ON l.id = e."${field}Id"
           CROSS JOIN record r ON r.id = e.id
           WHERE r.gone IS NULL
             AND r.disposition IN ('created', 'updated') AND r.applied IS NULL
             AND NOT EXISTS (SELECT 1 FROM issue i
               WHERE i.record = e.id AND i.code = 'dependent' AND i.field = ?)`,
        )
        .all(field) as { readonly id: number; readonly root: number }[];
      const note = "not in the target";
      const severity = isSoftReference(entity, field) ? "warning" : "flag";
      for (const { id, root } of lost) {
        addIssue({ record: id, code: "dependent", severity, stage: "load", field, note, root });
      }
      if (severity === "flag")
        journal.flagged(
          lost.map(({ id }) => id),
          "dependent",
        );
    }
  });
}
