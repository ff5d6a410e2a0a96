import { canonicalJson, type EntityName } from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** One control total. */
export interface Total {
  readonly entity: EntityName;
  /** `count`, `sum_score`, `first_completedAt`, `last_completedAt` ... */
  readonly measure: string;
  /** Empty for the whole. */
  readonly grouping: Readonly<Record<string, string | null>>;
  readonly value: string | null;
}

export type TotalMoment = "source" | "before" | "after";

/** Keeps control totals; those of the same side, moment, entity and measure make way. */
export function writeTotals(
  ledger: Ledger,
  side: number,
  moment: TotalMoment,
  totals: readonly Total[],
): void {
  ledger.transaction(() => {
    const remove = ledger.db.prepare(
      "DELETE FROM total WHERE side = ? AND moment = ? AND entity = ? AND measure = ?",
    );
    // Several groups of one measure: what the first removes is not there for the others.
    for (const { entity, measure } of totals) remove.run(side, moment, entity, measure);
    const insert = ledger.db.prepare(
      "INSERT INTO total (side, moment, entity, measure, grouping, value) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const t of totals) {
      insert.run(side, moment, t.entity, t.measure, canonicalJson(t.grouping), t.value);
    }
  });
}

export function readTotals(ledger: Ledger, side: number, moment: TotalMoment): readonly Total[] {
  const rows = ledger.db
    .prepare(
      `SELECT entity, measure, grouping, value FROM total WHERE side = ? AND moment = ?
       ORDER BY entity, measure, grouping`,
    )
    .all(side, moment) as (Omit<Total, "grouping"> & { readonly grouping: string })[];
  return rows.map((row) => ({ ...row, grouping: JSON.parse(row.grouping) as Total["grouping"] }));
}
