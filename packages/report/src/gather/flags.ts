import type { Database } from "better-sqlite3";
import { issueCodes, type IssueCode } from "@cutover/model";
import type { DecisionOf, FlagOf, WaitingOf } from "../evidence.js";

/** Issues by code: flags before warnings, what only waits for another record after what has a problem of its own. */
export function gatherFlags(db: Database): readonly FlagOf[] {
  const rows = db
    .prepare(
      `SELECT i.code AS code, i.severity AS severity, m.entity AS entity, count(DISTINCT i.record) AS count,
              count(DISTINCT o.record) AS waiting
         FROM issue i JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping
         LEFT JOIN open_flag o ON o.id = i.id
        WHERE r.gone IS NULL GROUP BY 1, 2, 3 ORDER BY i.severity, i.code = 'dependent', 4 DESC, 1`,
    )
    .all() as Omit<FlagOf, "meaning" | "remedy">[];
  return rows.map((row) => {
    const [meaning, remedy] = issueCodes[row.code as IssueCode] ?? ["", ""];
    return { ...row, meaning, remedy };
  });
}

/** How many records were held back: for themselves, only for another one, or decided since. */
export function gatherWaiting(db: Database): WaitingOf {
  const rows = db
    .prepare(
      `SELECT CASE WHEN EXISTS (SELECT 1 FROM open_flag o WHERE o.record = r.id AND o.code <> 'dependent') THEN 'own'
                   WHEN EXISTS (SELECT 1 FROM open_flag o WHERE o.record = r.id) THEN 'dependent'
                   WHEN EXISTS (SELECT 1 FROM decision d WHERE d.record = r.id) THEN 'decided'
                   ELSE 'own' END AS part, count(*) AS count
         FROM record r WHERE r.gone IS NULL AND r.disposition = 'flagged' GROUP BY 1`,
    )
    .all() as { part: "own" | "dependent" | "decided"; count: number }[];
  const of = (part: string): number => rows.find((row) => row.part === part)?.count ?? 0;
  const [own, dependent, decided] = [of("own"), of("dependent"), of("decided")];
  return { records: own + dependent + decided, own, dependent, decided };
}

/** What persons decided about records that are still in the source. */
export function gatherDecisions(db: Database): readonly DecisionOf[] {
  return db
    .prepare(
      `SELECT d.code AS code, d.action AS action, m.entity AS entity, d.field AS field, d.by AS by, d.because AS because,
              min(d.at) AS firstAt, max(d.at) AS lastAt, count(*) AS count
         FROM decision d JOIN record r ON r.id = d.record JOIN mapping m ON m.id = r.mapping
        WHERE r.gone IS NULL GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 9 DESC, 1, 2, 5`,
    )
    .all() as DecisionOf[];
}
