import type { Ledger } from "@cutover/ledger";
import type { Condition } from "@cutover/mapping";
import { CutoverError, type Loader } from "@cutover/model";
import type { Target } from "./target.js";

/** How a condition around a load stands; the same words as in the report. */
export interface ConditionOutcome {
  readonly moment: "before" | "after";
  readonly name: string;
  readonly because: string;
  readonly severity: Condition["severity"];
  readonly outcome: "holds" | "fails" | "to be signed";
  readonly manual: string | null;
}

/** A proof holds when it has rows and every row says `ok` = 1: a query that finds nothing proves nothing. */
async function prove(loader: Loader, sql: string): Promise<boolean> {
  const rows = await loader.query(sql);
  return rows.length > 0 && rows.every((row) => row["ok"] === true || String(row["ok"]) === "1");
}

/** Tries the target system's conditions for that moment, and writes what was found into the chain. */
export async function checkConditions(
  ledger: Ledger,
  target: Target,
  moment: "before" | "after",
  run: number | null = null,
): Promise<readonly ConditionOutcome[]> {
  const outcomes: ConditionOutcome[] = [];
  for (const condition of target.side.system[moment]) {
    const { name, because, severity, manual, sql } = condition;
    const outcome = sql === null ? "to be signed" : (await prove(target.loader, sql)) ? "holds" : "fails";
    outcomes.push({ moment, name, because, severity, outcome, manual });
  }
  if (outcomes.length > 0) ledger.append("conditions", { moment, outcomes }, run);
  return outcomes;
}

/** @throws CutoverError `condition-fails` when a condition that must hold does not. */
export function requireConditions(outcomes: readonly ConditionOutcome[]): void {
  const failing = outcomes.filter((o) => o.outcome === "fails" && o.severity === "must");
  if (failing.length === 0) return;
  throw new CutoverError("condition-fails", "the target is not ready for a load", {
    stage: "load",
    problems: failing.map(({ name, because, manual }) => ({
      message: `${name}: ${because}`,
      ...(manual === null ? {} : { remedy: manual }),
    })),
  });
}
