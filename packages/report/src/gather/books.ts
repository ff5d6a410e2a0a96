import type { Database } from "better-sqlite3";
import {
  emptyBalance,
  entityNames,
  issueCodes,
  type Disposition,
  type EntityName,
  type IssueCode,
  type Verdict,
} from "@cutover/model";
import type { DifferenceOf, EntityOf, FlagOf, ReasonOf } from "../evidence.js";

/** The balance of every entity that was read, and how reconciliation found it. */
export function gatherEntities(
  db: Database,
  extraction: number,
  reconciled: EntitiesReconciled | null,
): readonly EntityOf[] {
  const counts = db
    .prepare(
      `SELECT m.entity AS entity, r.disposition AS disposition, count(*) AS count
         FROM record r JOIN mapping m ON m.id = r.mapping WHERE r.extraction = ? GROUP BY 1, 2`,
    )
    .all(extraction) as { entity: EntityName; disposition: Disposition | null; count: number }[];
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

/** What rules excluded, merged and flagged, the most frequent first. */
export function gatherReasons(
  db: Database,
  extraction: number,
  because: ReadonlyMap<string, string>,
): readonly ReasonOf[] {
  const rows = db
    .prepare(
      `SELECT m.entity AS entity, r.disposition AS disposition, r.reason AS reason, count(*) AS count
         FROM record r JOIN mapping m ON m.id = r.mapping
        WHERE r.extraction = ? AND r.disposition IN ('excluded', 'merged') AND r.reason IS NOT NULL
        GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 3`,
    )
    .all(extraction) as Omit<ReasonOf, "because">[];
  return rows.map((row) => ({ ...row, because: because.get(row.reason) ?? null }));
}

/** Issues by code, flags before warnings. */
export function gatherFlags(db: Database, extraction: number): readonly FlagOf[] {
  const rows = db
    .prepare(
      `SELECT i.code AS code, i.severity AS severity, m.entity AS entity, count(*) AS count
         FROM issue i JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping
        WHERE r.extraction = ? GROUP BY 1, 2, 3 ORDER BY i.severity, 4 DESC, 1`,
    )
    .all(extraction) as Omit<FlagOf, "meaning" | "remedy">[];
  return rows.map((row) => {
    const [meaning, remedy] = issueCodes[row.code as IssueCode] ?? ["", ""];
    return { ...row, meaning, remedy };
  });
}

/** Differences by the rule that explains them, and those that nothing explains. */
export function gatherDifferences(db: Database, reconciliation: number): readonly DifferenceOf[] {
  return db
    .prepare(
      `SELECT entity, verdict, field, rule, count(*) AS count FROM difference WHERE reconciliation = ?
        GROUP BY 1, 2, 3, 4 ORDER BY CASE verdict WHEN 'explained' THEN 1 ELSE 0 END, 5 DESC`,
    )
    .all(reconciliation) as DifferenceOf[];
}
