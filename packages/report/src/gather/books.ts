import { heldBack } from "@cutover/ledger";
import type { Database } from "better-sqlite3";
import {
  emptyBalance,
  entities,
  entityNames,
  type Disposition,
  type EntityName,
  type Verdict,
} from "@cutover/model";
import type { DifferenceOf, EntityOf, ExtractOf, ReasonOf } from "../evidence.js";

/** The balance of every entity that was read, and how reconciliation found it. */
export function gatherEntities(db: Database, reconciled: EntitiesReconciled | null): readonly EntityOf[] {
  const counts = db
    .prepare(
      `SELECT m.entity AS entity, r.disposition AS disposition, count(*) AS count
         FROM record r JOIN mapping m ON m.id = r.mapping WHERE r.gone IS NULL GROUP BY 1, 2`,
    )
    .all() as { entity: EntityName; disposition: Disposition | null; count: number }[];
  return entityNames.flatMap((entity) => {
    const balance = emptyBalance();
    for (const row of counts.filter((c) => c.entity === entity)) {
      balance.read += row.count;
      if (row.disposition !== null) balance[row.disposition] += row.count;
    }
    const found = reconciled?.[entity] ?? null;
    return balance.read === 0 && found === null ? [] : [{ entity, balance, reconciled: found }];
  });
}

export type EntitiesReconciled = Readonly<
  Partial<Record<EntityName, Readonly<Record<"source" | "target" | Verdict, number>>>>
>;

/** Merging names the record it merged into; alike reasons count as one. */
const alike = (reason: string): string => reason.replace(/^(same key and content as \S+) .*$/s, "$1");

/** Why records of other sources become part of one. */
function merging(reason: string): string | null {
  if (reason.startsWith("same key and content as")) return "The extract has the record more than once.";
  if (reason.startsWith("same as in")) {
    return "Another source has the record too; what it adds lives on in the one that is migrated.";
  }
  return null;
}

/** What rules excluded and merged, the most frequent first. */
export function gatherReasons(db: Database, because: ReadonlyMap<string, string>): readonly ReasonOf[] {
  const rows = db
    .prepare(
      `SELECT m.entity AS entity, r.disposition AS disposition, r.reason AS reason, count(*) AS count
         FROM record r JOIN mapping m ON m.id = r.mapping
        WHERE r.id IN (${heldBack}) AND r.disposition IN ('excluded', 'merged') AND r.reason IS NOT NULL
        GROUP BY 1, 2, 3`,
    )
    .all() as Omit<ReasonOf, "because">[];
  const counted = new Map<string, ReasonOf>();
  for (const row of rows) {
    const reason = alike(row.reason);
    const name = `${row.entity} ${row.disposition} ${reason}`;
    const why = because.get(`${row.entity}/${reason}`) ?? because.get(reason) ?? merging(reason);
    const count = row.count + (counted.get(name)?.count ?? 0);
    counted.set(name, { ...row, reason, because: why, count });
  }
  const order = (r: ReasonOf): number => entityNames.indexOf(r.entity);
  return [...counted.values()].toSorted(
    (a, b) => b.count - a.count || order(a) - order(b) || (a.reason < b.reason ? -1 : 1),
  );
}

/** What each side counted of its extracts by itself, and what the mappings were given; the last taken. */
export function gatherExtracts(db: Database): readonly ExtractOf[] {
  return db
    .prepare(
      `SELECT s.name AS side, c.moment AS moment, c.entity AS entity, substr(c.measure, 15) AS mapping,
              CAST(c.value AS INTEGER) AS counted, CAST(d.value AS INTEGER) AS read
         FROM total c JOIN side s ON s.id = c.side
         JOIN total d ON d.id = (SELECT max(id) FROM total WHERE side = c.side AND moment = c.moment AND entity = c.entity
                                    AND measure = 'rows read: ' || substr(c.measure, 15))
        WHERE c.id IN (SELECT max(id) FROM total WHERE measure LIKE 'rows counted: %' GROUP BY side, moment, measure)
        ORDER BY CASE c.moment WHEN 'source' THEN 0 WHEN 'before' THEN 1 ELSE 2 END, s.id, c.id`,
    )
    .all() as ExtractOf[];
}

/** Pairs of values that are told of one rule. */
const mostPairs = 12;

/** Of fields with a fixed vocabulary, which word became which, and how often, by kind of difference. */
function pairsOf(
  db: Database,
  reconciliation: number,
  kinds: readonly { readonly kind: number; readonly entity: EntityName; readonly field: string | null }[],
): ReadonlyMap<number, DifferenceOf["pairs"]> {
  const listed = kinds.filter(
    ({ entity, field }) => field !== null && entities[entity].fields[field]?.values !== undefined,
  );
  const find = db.prepare(
    `SELECT source, target, count(*) AS count FROM difference_row WHERE reconciliation = ? AND kind = ?
      GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${mostPairs}`,
  );
  return new Map(listed.map(({ kind }) => [kind, find.all(reconciliation, kind) as DifferenceOf["pairs"]]));
}

/** Differences by the rule that explains them, and those that nothing explains. */
export function gatherDifferences(db: Database, reconciliation: number): readonly DifferenceOf[] {
  const rows = db
    .prepare(
      `SELECT d.kind, k.entity, k.verdict, k.field, k.rule, d.count
         FROM (SELECT kind, count(*) AS count FROM difference_row WHERE reconciliation = ? GROUP BY kind) d
         JOIN difference_kind k ON k.id = d.kind
        ORDER BY CASE k.verdict WHEN 'explained' THEN 1 ELSE 0 END, d.count DESC, k.entity, k.field, k.rule`,
    )
    .all(reconciliation) as (Omit<DifferenceOf, "pairs"> & { readonly kind: number })[];
  const pairs = pairsOf(db, reconciliation, rows);
  return rows.map(({ kind, ...row }) => ({ ...row, pairs: pairs.get(kind) ?? [] }));
}
