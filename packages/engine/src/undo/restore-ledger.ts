import type { Ledger } from "@cutover/ledger";
import { outboundOf, type Target } from "../target.js";
import { entityNames, type EntityName } from "@cutover/model";
import type { RememberedRow } from "../written-rows.js";
import type { Kept } from "./reversal.js";

/**
 * Puts the ledger back to what was planned, for the records of one batch: they are no longer applied, and
 * have no target key. A record whose own row was kept stays known to be in the target: whoever changed it
 * made it the target's.
 */
export function restoreLedger(
  ledger: Ledger,
  target: Target,
  run: number,
  rows: readonly RememberedRow[],
  kept: readonly Kept[],
): void {
  const { db } = ledger;
  const primary = new Map(
    entityNames.flatMap((entity) =>
      outboundOf(target, entity).map(({ id, mapping }) => [id, mapping.primary.table.name] as const),
    ),
  );
  const outboundOfRecord = db.prepare("SELECT outbound FROM record WHERE id = ?").pluck();
  const stays = (record: number): boolean => {
    const table = primary.get(outboundOfRecord.get(record) as number);
    return kept.some((row) => row.record === record && row.table === table && row.operation === "insert");
  };
  const unapply = db.prepare(
    "UPDATE record SET settled = NULL, applied = CASE WHEN applied = ? THEN NULL ELSE applied END WHERE id = ?",
  );
  /** A plan that was made since has seen what is gone now; nothing may be matched with it any more. */
  const unsee = (record: number): void => {
    const seen = db
      .prepare(
        `SELECT m.entity, r.targetKey FROM record r JOIN mapping m ON m.id = r.mapping
         WHERE r.id = ? AND r.targetKey IS NOT NULL AND r.matched IS NULL AND r.run = ?`,
      )
      .get(record, run) as { readonly entity: EntityName; readonly targetKey: string } | undefined;
    if (seen !== undefined)
      db.prepare(`DELETE FROM "before_${seen.entity}" WHERE key = ?`).run(seen.targetKey);
  };
  const unname = db.prepare(
    "UPDATE record SET targetKey = NULL, run = NULL WHERE id = ? AND matched IS NULL AND run = ?",
  );
  const keep = db.prepare("UPDATE record SET matched = 1, run = NULL WHERE id = ? AND run = ?");
  const made = new Set(rows.filter((row) => row.operation === "insert").map((row) => row.record));
  for (const record of new Set(rows.map((row) => row.record))) {
    unapply.run(run, record);
    if (stays(record)) keep.run(record, run);
    else if (made.has(record)) {
      unsee(record);
      unname.run(record, run);
    }
  }
}

/** Ends what is left of a run whose batches are all taken back: dispositions are again those of the plan. */
export function backToPlanned(ledger: Ledger, run: number): void {
  const { db } = ledger;
  db.prepare("UPDATE record SET applied = NULL WHERE applied = ?").run(run);
  db.prepare("UPDATE record SET settled = NULL WHERE settled = ?").run(run);
  db.prepare("UPDATE record SET run = NULL WHERE run = ? AND matched IS NOT NULL").run(run);
  db.exec(`
    DELETE FROM issue WHERE stage = 'load';
    UPDATE record SET reason = NULL, disposition = CASE WHEN targetKey IS NULL THEN 'created' ELSE 'updated' END
    WHERE disposition = 'flagged' AND gone IS NULL AND hash IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM open_flag f WHERE f.record = record.id)`);
}
