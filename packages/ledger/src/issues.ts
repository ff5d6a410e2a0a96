import type { IssueCode, Stage } from "@cutover/model";
import type { Ledger } from "./ledger.js";

export type IssueStage = Extract<Stage, "extract" | "map" | "check" | "match" | "plan" | "load">;

export interface NewIssue {
  readonly record: number;
  readonly code: IssueCode;
  readonly severity: "flag" | "warning";
  readonly stage: IssueStage;
  readonly field?: string | null | undefined;
  readonly note?: string | null | undefined;
  /** What the source had, as it had it, where a mapping could not make a value of it. */
  readonly raw?: string | null | undefined;
  /** For `dependent`: the record whose flag it hangs on. */
  readonly root?: number | null | undefined;
}

/** A function that writes issues; its statement is prepared once. Call it inside a transaction. */
export function issueWriter(ledger: Ledger): (issue: NewIssue) => void {
  const insert = ledger.db.prepare(
    "INSERT INTO issue (record, code, severity, stage, field, note, raw, root) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  return (issue) => {
    insert.run(
      issue.record,
      issue.code,
      issue.severity,
      issue.stage,
      issue.field ?? null,
      issue.note ?? null,
      issue.raw ?? null,
      issue.root ?? null,
    );
  };
}

/**
 * Gives every record with an open flag the disposition `flagged`, with the flags' codes for a reason.
 * Excluded and merged records stay what they are. Returns how many records were flagged by this call.
 */
export const markFlagged = (ledger: Ledger): number =>
  ledger.transaction(
    () =>
      ledger.db
        .prepare(
          `UPDATE record SET disposition = 'flagged', applied = NULL, reason = (
             SELECT group_concat(code, ', ') FROM (
               SELECT DISTINCT code FROM open_flag WHERE record = record.id ORDER BY code
             )
           )
           WHERE id IN (SELECT record FROM open_flag)
             AND gone IS NULL
             AND coalesce(disposition, 'created') NOT IN ('flagged', 'excluded', 'merged')`,
        )
        .run().changes,
  );
