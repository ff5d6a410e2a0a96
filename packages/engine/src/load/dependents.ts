import { isSoftReference } from "@cutover/intake";
import { issueWriter, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { outwardReferences } from "../outward-references.js";
import type { Journal } from "./journal.js";

/**
 * Looks after records whose reference leads to one that the load could not write: without an essential
 * reference they are flagged and hang on that one's flag, without another one they go on and say so.
 * Run it for an entity before its load: what it refers to is loaded by then.
 */
export function flagLostReferences(ledger: Ledger, entity: EntityName, journal: Journal): void {
  const addIssue = issueWriter(ledger);
  ledger.transaction(() => {
    for (const field of outwardReferences(entity)) {
      const lost = ledger.db
        .prepare(
          `SELECT e.id, c.canonical AS root FROM "${entity}" e JOIN record r ON r.id = e.id
           JOIN crosswalk c ON c.record = e."${field}Id" JOIN crosswalk t ON t.record = c.canonical
           WHERE t.targetKey IS NULL AND r.extraction = (SELECT id FROM extraction)
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
