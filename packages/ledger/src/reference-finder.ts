import { singleReferences, type EntityName } from "@cutover/model";
import { IdsByKey } from "./ids-by-key.js";
import type { Ledger } from "./ledger.js";
import type { StagedBatch } from "./staged-batch.js";

/** References that are kept in memory: people, courses and the like are referred to again and again. */
const mostReferences = 200_000;

/**
 * A function that finds the records that single references of a batch lead to, column by column, as far as
 * they are staged before it; what is still null the check resolves, and what a repeated key means it
 * resolves anew.
 */
export function referenceFinder(
  ledger: Ledger,
  mapping: number,
  entity: EntityName,
): {
  readonly columns: readonly string[];
  readonly find: (batch: StagedBatch) => (readonly (number | null)[])[];
} {
  const finders = singleReferences(entity).map(({ field, to }) => {
    const mappings = ledger.db
      .prepare(
        `SELECT id FROM mapping WHERE direction = 'inbound' AND entity = ?
           AND side = (SELECT side FROM mapping WHERE id = ?)`,
      )
      .pluck()
      .all(to, mapping) as number[];
    const among = `FROM record WHERE mapping IN (${mappings.join(", ")})`;
    const select = ledger.db
      .prepare(`SELECT id ${among} AND key = ? AND gone IS NULL ORDER BY mapping, at LIMIT 1`)
      .pluck();
    let known: IdsByKey | null = null;
    /** All there are, at once, where there are not too many: one by one they cost twenty times as much. */
    const begin = (): IdsByKey => {
      const ids = new IdsByKey();
      const few = ledger.db.prepare(
        `SELECT COUNT(*) <= ${mostReferences} FROM (SELECT 1 ${among} LIMIT ${mostReferences + 1})`,
      );
      if (few.pluck().get() === 0) return ids;
      // The best of several comes last, and stays.
      const all = ledger.db.prepare(
        `SELECT key, id ${among} AND gone IS NULL ORDER BY mapping DESC, at DESC`,
      );
      for (const [key, id] of all.raw().iterate() as Iterable<[string, number]>) ids.set(key, id);
      return ids;
    };
    const lead = (key: string | null): number | null => {
      if (key === null || to === entity) return null;
      known ??= begin();
      const before = known.get(key);
      if (before !== undefined) return before;
      const found = select.get(key) as number | undefined;
      if (found === undefined) return null;
      if (known.size >= mostReferences) known.clear();
      known.set(key, found);
      return found;
    };
    return ({ keys, columns }: StagedBatch): readonly (number | null)[] => {
      const values = columns.find((column) => column.field === field)?.values;
      return values === undefined ? keys.map(() => null) : values.map((key) => lead(key as string | null));
    };
  });
  return {
    columns: singleReferences(entity).map(({ field }) => `${field}Id`),
    find: (batch) => finders.map((find) => find(batch)),
  };
}
