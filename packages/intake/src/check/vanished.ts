import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";

/**
 * What becomes of a record that the source no longer has and the target does. Its row in the target stays
 * either way: `keep` notes a warning, `flag` waits for a person.
 */
export type VanishedPolicy = Readonly<Partial<Record<EntityName, "keep" | "flag">>>;

/** Raises `vanished` for every such record. Returns how many there are, and how many of them wait for a person. */
export function tellVanished(
  ledger: Ledger,
  policy: VanishedPolicy,
): { readonly orphaned: number; readonly orphansFlagged: number } {
  const flagged = Object.entries(policy).flatMap(([entity, what]) => (what === "flag" ? [entity] : []));
  ledger.db.prepare("DELETE FROM issue WHERE code = 'vanished'").run();
  const orphaned = ledger.db
    .prepare(
      `INSERT INTO issue (record, code, severity, stage, note)
       SELECT r.id, 'vanished', CASE WHEN m.entity IN (SELECT value FROM json_each(?)) THEN 'flag' ELSE 'warning' END,
         'check', 'the target has it, and the source no longer'
       FROM mapping m CROSS JOIN record r ON r.mapping = m.id
       WHERE r.gone IS NOT NULL AND r.targetKey IS NOT NULL ORDER BY r.id`,
    )
    .run(JSON.stringify(flagged)).changes;
  return { orphaned, orphansFlagged: orphansWaiting(ledger) };
}

/** How many records that left the source wait for a person; the books do not count them. */
export const orphansWaiting = (ledger: Ledger): number =>
  ledger.db.prepare("SELECT COUNT(*) FROM open_flag WHERE code = 'vanished'").pluck().get() as number;
