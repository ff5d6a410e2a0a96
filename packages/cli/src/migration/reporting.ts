import type { ConditionOutcome } from "@cutover/engine";
import type { Ledger } from "@cutover/ledger";
import type { Reconciliation } from "@cutover/reconcile";
import type { ReportInput } from "@cutover/report";
import { declaredOf } from "./declared.js";
import type { Migration } from "./read.js";
import type { Systems } from "./systems.js";

type Told = Pick<Reconciliation, "reconciliation" | "verdict" | "entities" | "totals"> &
  Partial<Pick<Reconciliation, "others">>;

/**
 * The last reconciliation of a run, as the chain has it. One from before the run's last batch, or from
 * before it was taken back, says nothing of what the target holds now.
 */
function lastReconciliation(ledger: Ledger, run: number): (Told & { readonly at: string }) | null {
  const event = ledger.db
    .prepare(
      `SELECT at, body FROM event WHERE kind = 'reconciled' AND run = @run
          AND seq > coalesce((SELECT max(seq) FROM event WHERE run = @run AND kind LIKE 'batch%'), 0)
        ORDER BY seq DESC LIMIT 1`,
    )
    .get({ run }) as { at: string; body: string } | undefined;
  return event === undefined ? null : { ...(JSON.parse(event.body) as Told), at: event.at };
}

/** How the conditions around a run were found: the last answer before it ended, for each moment. */
function conditionsOf(ledger: Ledger, run: number): readonly ConditionOutcome[] {
  const last = (moment: string): readonly ConditionOutcome[] => {
    const body = ledger.db
      .prepare(
        `SELECT body FROM event WHERE kind = 'conditions' AND json_extract(body, '$.moment') = ?
           AND seq <= coalesce((SELECT MAX(seq) FROM event WHERE kind = 'run-finished' AND run = ?), seq)
         ORDER BY seq DESC LIMIT 1`,
      )
      .pluck()
      .get(moment, run) as string | undefined;
    return body === undefined ? [] : (JSON.parse(body) as { outcomes: ConditionOutcome[] }).outcomes;
  };
  return [...last("before"), ...last("after")];
}

/** All that a report of a run is made from. */
export function reportInput(
  ledger: Ledger,
  migration: Migration,
  systems: Systems,
  run: number,
): ReportInput {
  const found = lastReconciliation(ledger, run);
  return {
    db: ledger.db,
    run,
    reconciled:
      found === null
        ? null
        : {
            id: found.reconciliation,
            verdict: found.verdict,
            finishedAt: found.at,
            entities: found.entities,
            // A ledger may hold a reconciliation of an earlier version.
            others: found.others ?? [],
          },
    totals: found?.totals ?? [],
    declared: declaredOf(migration, systems, conditionsOf(ledger, run)),
    intact: ledger.verifyChain().brokenAt === null,
    now: new Date(),
  };
}
