import { entityNames } from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** The number of the last extraction; 0 before the first. */
export const currentExtraction = (ledger: Ledger): number =>
  ledger.db.prepare("SELECT id FROM extraction").pluck().get() as number;

/** Begins a new extraction and returns its number. A plan made of an earlier one is stale from here on. */
export function beginExtraction(ledger: Ledger): number {
  return ledger.transaction(() => {
    ledger.db
      .prepare("UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'extraction'")
      .run();
    const extraction = currentExtraction(ledger);
    ledger.append("extraction-begun", { extraction });
    return extraction;
  });
}

/**
 * Takes records that the last extraction did not see out of staging and of the books. Their ids and
 * their crosswalk stay. Returns how many records left with this extraction.
 */
export function retireVanished(ledger: Ledger): number {
  return ledger.transaction(() => {
    const unseen =
      "SELECT id FROM record WHERE extraction <> (SELECT id FROM extraction) AND reason IS NOT 'vanished'";
    if (ledger.db.prepare(`${unseen} LIMIT 1`).get() === undefined) return 0;
    for (const entity of entityNames) {
      ledger.db.prepare(`DELETE FROM "${entity}" WHERE id IN (${unseen})`).run();
    }
    ledger.db.prepare(`DELETE FROM issue WHERE record IN (${unseen})`).run();
    return ledger.db
      .prepare(
        `UPDATE record SET disposition = NULL, applied = NULL, settled = NULL, hash = NULL, reason = 'vanished'
         WHERE extraction <> (SELECT id FROM extraction) AND reason IS NOT 'vanished'`,
      )
      .run().changes;
  });
}
