import type { Ledger } from "./ledger.js";

/** SQL: the records of which nobody knows that the target holds them as they are staged. */
export const unsettled = "SELECT id FROM record WHERE settled IS NULL AND gone IS NULL";

/** SQL: the records that are held back, left out or merged. The lists and conditions are those of the indexes. */
export const heldBack = `
  SELECT id FROM record INDEXED BY record_held WHERE disposition IN ('flagged', 'excluded') AND gone IS NULL
  UNION SELECT id FROM record INDEXED BY record_merged WHERE canonical IS NOT NULL AND disposition = 'merged' AND gone IS NULL`;

/** SQL: the records that a delta may have to plan. All others the target held, and no check found anything since. */
export const waiting = `${unsettled} UNION ${heldBack}`;

/**
 * Has an index keep the records of which nobody knows that the target holds them. It is made when a load is
 * finished: then they are few, and stay so, while at first it would have every record enter it and leave it again.
 */
export const indexUnsettled = ({ db }: Ledger): void =>
  void db.exec(
    "CREATE INDEX IF NOT EXISTS record_unsettled ON record (id) WHERE settled IS NULL AND gone IS NULL",
  );

/** Whether there is that index. */
export const isUnsettledIndexed = ({ db }: Ledger): boolean =>
  db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'record_unsettled'").get() !== undefined;

/** Records that are ended in one transaction. */
const endedAtOnce = 50_000;

/** Ends as `unchanged` what the target holds since it was created or updated. */
export function endSettled(ledger: Ledger): void {
  const end = ledger.db.prepare(
    `UPDATE record SET disposition = 'unchanged', reason = NULL, applied = NULL
     WHERE id BETWEEN ? AND ? AND (disposition = 'created' OR disposition = 'updated')
       AND settled IS NOT NULL AND gone IS NULL`,
  );
  const last = ledger.db.prepare("SELECT coalesce(max(id), 0) FROM record").pluck().get() as number;
  for (let from = 1; from <= last; from += endedAtOnce) {
    ledger.transaction(() => end.run(from, from + endedAtOnce - 1));
  }
}
