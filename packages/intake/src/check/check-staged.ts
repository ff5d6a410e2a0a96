import type { Ledger } from "@cutover/ledger";
import type { Scope } from "./scope.js";

export interface CheckOptions {
  /** What "the future" is counted from: an instant. It is part of what a plan is made of. */
  readonly now: string;
  readonly scope?: Scope | undefined;
}

export interface CheckCounts {
  /** Records that were there in an earlier extraction and are no longer. */
  readonly vanished: number;
  readonly merged: number;
  readonly outsideScope: number;
  /** Issues by rule. */
  readonly issues: Readonly<Record<string, number>>;
}

/** Set-wise checks over everything that is staged; run them when all sources are staged. */
export function checkStaged(_ledger: Ledger, _options: CheckOptions): CheckCounts {
  throw new Error("not yet");
}

/** Flags records whose required references lead to records that will not be in the target. Run it again after matching. */
export function flagDependents(_ledger: Ledger): number {
  throw new Error("not yet");
}
