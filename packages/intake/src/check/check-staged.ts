import { markFlagged, waiting, type Ledger } from "@cutover/ledger";
import { applyRules } from "./apply-rules.js";
import { findCircles } from "./circles.js";
import { applyDecisions } from "./decisions.js";
import { settleDuplicates } from "./duplicates.js";
import { noteChanged, noteLookAgain } from "./look-again.js";
import { findBrokenLists, flagDependents, resolveReferences } from "./references.js";
import { addFunctions } from "./rule-sql.js";
import { applyScope, type Scope } from "./scope.js";
import { tellVanished, type VanishedPolicy } from "./vanished.js";

export interface CheckOptions {
  /** What "the future" is counted from: an instant. It is part of what a plan is made of. */
  readonly now: string;
  readonly scope?: Scope | undefined;
  /** For a delta: what the target is known to hold as it is staged keeps the end it had, unless a check finds something. */
  readonly delta?: boolean | undefined;
  /** What becomes of records that the source no longer has and the target does; `keep` where nothing is said. */
  readonly vanished?: VanishedPolicy | undefined;
}

export interface CheckCounts {
  /** Records that the extraction before had and this one has no longer. */
  readonly vanished: number;
  /** All those that the source no longer has, and the target still does. */
  readonly orphaned: number;
  /** Those of them that wait for a person. */
  readonly orphansFlagged: number;
  /** Records that repeat another one. */
  readonly merged: number;
  readonly outsideScope: number;
  /** Records that are flagged now: by a mapping, by these checks, or for what they depend on. */
  readonly flagged: number;
  /** Issues by rule. */
  readonly issues: Readonly<Record<string, number>>;
}

/** Takes back what earlier checks, matching, planning and loads concluded: it is all concluded anew. */
function forget(ledger: Ledger, delta: boolean): void {
  ledger.db.prepare("DELETE FROM issue WHERE stage IN ('check', 'match', 'plan', 'load')").run();
  // What was not mapped ended when it was staged.
  ledger.db
    .prepare(
      `UPDATE record SET disposition = NULL, reason = NULL, applied = NULL
       WHERE disposition IS NOT NULL AND hash IS NOT NULL
         ${delta ? `AND id IN (${waiting})` : ""}`,
    )
    .run();
  ledger.db.prepare("UPDATE record SET canonical = NULL WHERE canonical IS NOT NULL").run();
}

/**
 * Set-wise checks over everything that is staged; run them when all sources are staged, and again when
 * decisions or the scope changed. They resolve references, settle records that share a key, apply the
 * table of rules, and give flagged records their disposition. Everything happens, or nothing.
 */
export function checkStaged(ledger: Ledger, options: CheckOptions): CheckCounts {
  addFunctions(ledger);
  return ledger.transaction(() => {
    const delta = options.delta ?? false;
    const someOnly = delta && noteLookAgain(ledger, options.now);
    forget(ledger, delta);
    const orphans = tellVanished(ledger, options.vanished ?? {});
    applyDecisions(ledger);
    const duplicates = settleDuplicates(ledger);
    resolveReferences(ledger, someOnly);
    if (someOnly) noteChanged(ledger);
    const outsideScope = applyScope(ledger, options.scope ?? {});
    const brokenLists = findBrokenLists(ledger);
    const circles = findCircles(ledger, someOnly);
    const rules = applyRules(ledger, options.now, someOnly);
    const issues = new Map<string, number>([
      ["duplicate-key", duplicates.flagged],
      ...rules,
      ["broken-reference", rules.get("broken-reference")! + brokenLists],
      ...circles,
    ]);
    markFlagged(ledger);
    flagDependents(ledger);
    const countOf = (where: string): number =>
      ledger.db.prepare(`SELECT COUNT(*) FROM record WHERE ${where}`).pluck().get() as number;
    const counts = {
      vanished: countOf("gone IS NOT NULL AND gone = (SELECT id FROM extraction)"),
      ...orphans,
      merged: duplicates.merged,
      outsideScope,
      flagged: countOf("disposition IN ('flagged', 'excluded') AND disposition = 'flagged'"),
      issues: Object.fromEntries(issues),
    };
    ledger.append("checked", counts);
    return counts;
  });
}

export { flagDependents } from "./references.js";
export { applyScope, type Scope } from "./scope.js";
export type { VanishedPolicy } from "./vanished.js";
export { recordRules, uniqueRules, type RecordRule, type UniqueRule } from "./rules.js";
