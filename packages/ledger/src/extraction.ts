import { entityNames } from "@cutover/model";
import type { Ledger } from "./ledger.js";
import { Seen } from "./seen.js";

/** The number of the last extraction; 0 before the first. */
export const currentExtraction = (ledger: Ledger): number =>
  ledger.db.prepare("SELECT id FROM extraction").pluck().get() as number;

/** A reading of the sources, from its beginning. */
export interface Extraction {
  readonly id: number;
  /** What it has seen so far. */
  readonly seen: Seen;
}

/** Begins a new extraction. A plan made of an earlier one is stale from here on. */
export function beginExtraction(ledger: Ledger): Extraction {
  return ledger.transaction(() => {
    ledger.db
      .prepare("UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'extraction'")
      .run();
    const id = currentExtraction(ledger);
    ledger.append("extraction-begun", { extraction: id });
    return { id, seen: new Seen() };
  });
}

/**
 * Ends an extraction, when all sources are read. What it did not see is no longer in the source, and leaves
 * staging and the books; its ids and its crosswalk stay.
 */
export function endExtraction(ledger: Ledger, { id: extraction, seen }: Extraction): void {
  ledger.transaction(() => {
    const { db } = ledger;
    db.exec(`
      DROP TABLE IF EXISTS temp.unseen;
      CREATE TEMP TABLE unseen (id INTEGER PRIMARY KEY)`);
    const note = db.prepare(
      "INSERT INTO temp.unseen SELECT id FROM record WHERE id BETWEEN ? AND ? AND gone IS NULL",
    );
    const last = db.prepare("SELECT max(id) FROM record").pluck().get() as number | null;
    let vanished = 0;
    seen.eachGap(last ?? 0, (from, to) => (vanished += note.run(from, to).changes));
    if (vanished === 0) return;
    const unseen = "IN (SELECT id FROM temp.unseen)";
    for (const entity of entityNames) db.exec(`DELETE FROM "${entity}" WHERE id ${unseen}`);
    db.exec(`DELETE FROM issue WHERE record ${unseen}`);
    db.prepare(
      `UPDATE record SET disposition = NULL, applied = NULL, settled = NULL, hash = NULL, reason = 'vanished', gone = ?
       WHERE id ${unseen}`,
    ).run(extraction);
  });
}
