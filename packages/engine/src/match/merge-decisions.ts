import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";

/**
 * Merges that a person decided: `value` is the source key of the surviving record, of the same mapping
 * where it has that key, else of another one of the entity. A decision whose survivor is gone merges nothing,
 * nor does one about what a mapping's rule leaves out since.
 */
export function mergeByDecision(ledger: Ledger, entity: EntityName): void {
  const { db } = ledger;
  const decided = db
    .prepare(
      `SELECT d.record, (
         SELECT k.id FROM record k JOIN mapping n ON n.id = k.mapping JOIN side s ON s.id = n.side
         WHERE k.key = d.value AND k.id <> d.record AND n.entity = m.entity AND s.role = 'source'
           AND k.gone IS NULL AND k.disposition IS NOT 'excluded'
         ORDER BY k.mapping <> r.mapping, k.id LIMIT 1
       ) AS survivor
       FROM decision d JOIN record r ON r.id = d.record JOIN mapping m ON m.id = r.mapping
       WHERE d.action = 'merge' AND m.entity = ? AND r.gone IS NULL
         AND NOT (r.hash IS NULL AND r.disposition IS 'excluded')
       ORDER BY d.id`,
    )
    .all(entity) as { readonly record: number; readonly survivor: number | null }[];
  const canonicalOf = db.prepare("SELECT canonical FROM crosswalk WHERE record = ?").pluck();
  const redirect = db.prepare(
    "UPDATE record SET canonical = @survivor WHERE id = @record OR canonical = @record",
  );
  const end = db.prepare("UPDATE record SET disposition = 'merged', reason = 'decision' WHERE id = ?");
  for (const { record, survivor } of decided) {
    if (survivor === null) continue;
    const canonical = canonicalOf.get(survivor) as number;
    if (canonical === record) continue; // two decisions in a circle: the first one stands
    redirect.run({ survivor: canonical, record });
    end.run(record);
  }
}
