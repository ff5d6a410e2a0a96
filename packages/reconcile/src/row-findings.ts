import type { Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import type { EntityName, Verdict } from "@cutover/model";
import type { Differences } from "./differences.js";
import { expectedDispositions } from "./expected.js";
import type { Counts } from "./judging.js";
import type { RowFinding } from "./suspects.js";

interface Stored extends RowFinding {
  readonly outbound: number | null;
}

interface Known {
  readonly verdict: Verdict;
  readonly field: string | null;
}

interface Findings {
  readonly ledger: Ledger;
  readonly reconciliation: number;
  readonly entity: EntityName;
}

/** Records whose findings are looked at together. */
const pageSize = 500;

/**
 * Brings what was found of written rows to the records they belong to. It counts where it tells of more
 * than the record's fields do: a record that is different or missing anyway needs no second witness, and
 * where the target writes fields of its own accord, it changes rows.
 */
export function applyFindings(
  { ledger, reconciliation, entity }: Findings,
  counts: Counts,
  mappings: ReadonlyMap<number, OutboundMapping>,
  differences: Differences,
): void {
  const { db } = ledger;
  if (db.prepare("SELECT 1 FROM temp.row_finding LIMIT 1").get() === undefined) return;
  db.exec(`
    DROP TABLE IF EXISTS temp.finding_verdict;
    CREATE TEMP TABLE finding_verdict (record INTEGER NOT NULL, verdict TEXT NOT NULL, field TEXT)`);
  db.prepare(
    `INSERT INTO temp.finding_verdict SELECT record, verdict, field FROM difference
     WHERE reconciliation = ? AND entity = ? AND record IN (SELECT record FROM temp.row_finding)`,
  ).run(reconciliation, entity);
  db.exec("CREATE INDEX temp.finding_verdict_record ON finding_verdict (record)");
  const records = db
    .prepare(
      `SELECT DISTINCT f.record FROM temp.row_finding f
       JOIN "${entity}" e ON e.id = f.record JOIN record r ON r.id = f.record
       WHERE f.record > ? AND r.gone IS NULL
         AND r.disposition IN (${expectedDispositions})
       ORDER BY f.record LIMIT ?`,
    )
    .pluck();
  const found = db.prepare(
    `SELECT f.record, f.rule, f."row", f.found, r.outbound
     FROM temp.row_finding f JOIN record r ON r.id = f.record WHERE f.record = ? ORDER BY f.rowid`,
  );
  const known = db.prepare("SELECT verdict, field FROM temp.finding_verdict WHERE record = ?");

  const one = (record: number): void => {
    const verdicts = known.all(record) as Known[];
    if (verdicts.some(({ verdict }) => verdict !== "explained")) return;
    const rows = found.all(record) as Stored[];
    const fidelity = mappings.get(rows[0]?.outbound ?? 0)?.fidelity;
    const isOwnAccord = ({ field }: Known): boolean =>
      field !== null && fidelity?.get(field)?.fidelity === "overwritten";
    const telling = verdicts.some(isOwnAccord) ? rows.filter((row) => row.found === "gone") : rows;
    if (telling.length === 0) return;
    counts[verdicts.length === 0 ? "equal" : "explained"] -= 1;
    counts.different += 1;
    for (const row of telling) differences.row(row);
  };
  for (let after = 0; ;) {
    const page = records.all(after, pageSize) as number[];
    for (const record of page) one(record);
    if (page.length < pageSize) return;
    after = page.at(-1)!;
  }
}
