import { restage, stagedRecord, type Ledger } from "@cutover/ledger";
import { entities, type CanonicalRecord, type EntityName } from "@cutover/model";

interface Pair {
  readonly record: number;
  readonly canonical: number;
}

/** Carries the resolved reference over together with the reference's text. */
function carryReferences(ledger: Ledger, entity: EntityName, pair: Pair, fields: readonly string[]): void {
  for (const field of fields) {
    if (entities[entity].fields[field]?.kind !== "ref") continue;
    ledger
      .prepared(
        `UPDATE "${entity}" SET "${field}Id" = (SELECT "${field}Id" FROM "${entity}" WHERE id = ?) WHERE id = ?`,
      )
      .run(pair.record, pair.canonical);
  }
}

/**
 * Gives surviving records the declared fields of the enriching source's records merged into them. A
 * field the enriching source leaves empty stays as it was: nothing is lost by enriching.
 */
export function enrich(ledger: Ledger, entity: EntityName, side: number, fields: readonly string[]): void {
  const page = ledger.db.prepare(
    `SELECT r.id AS record, r.canonical FROM record r JOIN mapping m ON m.id = r.mapping
     WHERE r.id > ? AND r.canonical IS NOT NULL AND r.disposition = 'merged'
       AND r.gone IS NULL AND m.side = ? AND m.entity = ?
     ORDER BY r.id LIMIT 1000`,
  );
  for (let after = 0; ;) {
    const pairs = page.all(after, side, entity) as Pair[];
    for (const pair of pairs) {
      const from = stagedRecord(ledger, entity, pair.record);
      const into = stagedRecord(ledger, entity, pair.canonical);
      if (from === null || into === null) continue;
      const won = fields.filter((field) => (from[field] ?? null) !== null);
      const record: CanonicalRecord = { ...into, ...Object.fromEntries(won.map((f) => [f, from[f]!])) };
      restage(ledger, entity, pair.canonical, record);
      carryReferences(ledger, entity, pair, won);
    }
    if (pairs.length === 0) return;
    after = pairs.at(-1)!.record;
  }
}
