import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";

/** Where a reference leads: the canonical record, and what the target calls it. */
export interface Lead {
  readonly canonical: number;
  readonly targetKey: string | null;
}

/** Leads that are kept in memory: people, courses and the like are referred to again and again. */
const mostLeads = 200_000;

/**
 * A function that follows a reference: record → canonical record → target key. What records of another
 * entity are called is settled before the entity at hand is read, and so is remembered.
 */
export function leadFinder(
  ledger: Ledger,
  entity: EntityName,
): (to: EntityName, record: number) => Lead | null {
  const find = ledger.db.prepare(
    `SELECT c.canonical, t.targetKey FROM crosswalk c JOIN record t ON t.id = c.canonical WHERE c.record = ?`,
  );
  const all = ledger.db
    .prepare(
      `SELECT c.record, c.canonical, t.targetKey FROM crosswalk c CROSS JOIN record t ON t.id = c.canonical
       WHERE c.record IN (SELECT id FROM record WHERE mapping IN (SELECT id FROM mapping WHERE entity = ? AND direction = 'inbound'))
       LIMIT ${mostLeads}`,
    )
    .raw();
  const ask = (record: number): Lead | null => (find.get(record) as Lead | undefined) ?? null;
  const known = new Map<number, Lead | null>();
  const begun = new Set<EntityName>();
  /** All there are, at once: one by one they cost far more. */
  const begin = (to: EntityName): void => {
    begun.add(to);
    for (const [record, canonical, targetKey] of all.all(to) as [number, number, string | null][])
      known.set(record, { canonical, targetKey });
  };
  return (to, record) => {
    if (to === entity) return ask(record);
    if (!begun.has(to)) begin(to);
    let lead = known.get(record);
    if (lead === undefined) {
      if (known.size >= mostLeads) known.clear();
      known.set(record, (lead = ask(record)));
    }
    return lead;
  };
}

/** A function that finds target keys of the records of a `refs` field; keys the target lacks are left out. */
export function listResolver(
  ledger: Ledger,
): (side: number, entity: EntityName, keys: readonly string[]) => readonly string[] {
  const find = ledger.db
    .prepare(
      `SELECT t.targetKey FROM mapping m
       JOIN record r ON r.mapping = m.id AND r.key = ?
       JOIN crosswalk c ON c.record = r.id
       JOIN crosswalk t ON t.record = c.canonical
       WHERE m.side = ? AND m.direction = 'inbound' AND m.entity = ?
         AND r.gone IS NULL AND t.targetKey IS NOT NULL
       ORDER BY m.id, r.at LIMIT 1`,
    )
    .pluck();
  return (side, entity, keys) =>
    keys.flatMap((key) => {
      const found = find.get(key, side, entity) as string | undefined;
      return found === undefined ? [] : [found];
    });
}
