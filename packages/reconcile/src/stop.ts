import { setImmediate as turn } from "node:timers/promises";
import { CutoverError } from "@cutover/model";

/** Lets signals in, for the ledger's work gives the process no turn to hear of them. */
export async function stopIfAsked(signal: AbortSignal | undefined): Promise<void> {
  await turn();
  if (signal?.aborted !== true) return;
  throw new CutoverError("interrupted", "stopped while reconciling", {
    stage: "reconcile",
    remedy: "Reconcile again: it begins anew and writes nothing to the target.",
  });
}
