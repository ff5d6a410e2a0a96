import { heldBack, indexUnsettled, unsettled, type Ledger } from "@cutover/ledger";
import type { RunKind } from "@cutover/model";
import type { PlanRow } from "../plan/seal.js";

/** A run as the ledger keeps it. */
export interface RunRow {
  readonly id: number;
  readonly kind: RunKind;
  readonly plan: number;
  readonly state: "running" | "interrupted" | "finished" | "undone";
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export const runOf = (ledger: Ledger, id: number): RunRow | null =>
  (ledger.db.prepare("SELECT * FROM run WHERE id = ?").get(id) as RunRow | undefined) ?? null;

/** The last run, of a plan or of all; null where there is none. */
export const lastRun = (ledger: Ledger, plan?: number): RunRow | null =>
  (ledger.db
    .prepare("SELECT * FROM run WHERE plan = coalesce(?, plan) ORDER BY id DESC LIMIT 1")
    .get(plan ?? null) as RunRow | undefined) ?? null;

/** Begins a run. What the plan matched becomes part of what the run is about, in the same transaction. */
export function startRun(ledger: Ledger, plan: PlanRow, kind: RunKind, at: string): RunRow {
  return ledger.transaction(() => {
    const { lastInsertRowid } = ledger.db
      .prepare("INSERT INTO run (kind, plan, state, startedAt) VALUES (?, ?, 'running', ?)")
      .run(kind, plan.id, at);
    const id = Number(lastInsertRowid);
    ledger.db.prepare("UPDATE record SET run = ? WHERE run IS NULL AND targetKey IS NOT NULL").run(id);
    ledger.append("run-started", { plan: plan.digest, kind }, id);
    return runOf(ledger, id)!;
  });
}

/** Says how a run stands, in its row and in the chain. */
export function markRun(
  ledger: Ledger,
  id: number,
  state: RunRow["state"],
  at: string,
  body: unknown = {},
): void {
  ledger.transaction(() => {
    ledger.db
      .prepare("UPDATE run SET state = ?, finishedAt = ? WHERE id = ?")
      .run(state, state === "running" || state === "interrupted" ? null : at, id);
    const kind = state === "running" ? "run-resumed" : `run-${state}`;
    ledger.append(kind, body, id);
  });
}

/** Whether a record is in the target without something it refers to, in SQL: then it is not there as it is staged. */
const lacksReference = "id IN (SELECT record FROM issue WHERE stage = 'plan' AND code = 'dependent')";

/** Notes that the target does not hold the records of a condition as they are staged, nor those that lack a reference there. */
export const unsettle = ({ db }: Ledger, condition: string): void =>
  void db.exec(`
    UPDATE record SET settled = NULL
    WHERE settled IS NOT NULL AND gone IS NULL AND (${condition} OR ${lacksReference})`);

/**
 * Notes, at the end of a run, which records the target now holds as they are staged: what the plan created,
 * updated or found unchanged. Of the others nobody can say.
 */
export function settle(ledger: Ledger, run: number): void {
  const { db } = ledger;
  indexUnsettled(ledger);
  db.prepare(
    `UPDATE record SET settled = ? WHERE id IN (${unsettled})
     AND disposition IN ('created', 'updated', 'unchanged') AND NOT ${lacksReference}`,
  ).run(run);
  unsettle(ledger, `id IN (${heldBack})`);
}
