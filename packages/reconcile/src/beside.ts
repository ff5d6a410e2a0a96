import { ledgerTotals, type LedgerTotal } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { findSuspects, type WrittenSearch } from "./written-rows.js";

/** The ledger's own control totals, by the ids of the sources that they are compared with. */
export type OwnTotals = ReadonlyMap<number, readonly LedgerTotal[]>;

/** Adds up the ledger's own control totals of sides. */
export const ownTotals = (ledger: Ledger, sides: readonly number[]): OwnTotals =>
  new Map(sides.map((id) => [id, ledgerTotals(ledger, { id })]));

/** What needs nothing of the comparison: it can be done while the target is read, by somebody else. */
export interface WorkBeside extends WrittenSearch {
  /** Ids of the sources. */
  readonly sources: readonly number[];
}

/** Looks for written rows, and adds up what the control totals of the sources are compared with. */
export async function workBeside(work: WorkBeside): Promise<OwnTotals> {
  await findSuspects(work);
  return ownTotals(work.ledger, work.sources);
}

/** Has `workBeside` done elsewhere, on another thread; it ends early when the signal says so. */
export type Beside = (
  work: Pick<WorkBeside, "sources" | "onSuspects"> & {
    readonly signal: AbortSignal;
    readonly onPage: (done: number) => void;
  },
) => Promise<OwnTotals>;
