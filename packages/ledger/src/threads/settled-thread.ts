import { Worker } from "node:worker_threads";
import { CutoverError, toldError, type ErrorTold } from "@cutover/model";
import type { Ledger } from "../ledger.js";
import { inMemory } from "../open.js";
import { asCompiled, compiled } from "./compiled.js";

/** What the thread tells when it is done. */
export type SettledTold = { readonly failure: ErrorTold } | null;

/** Fewer records are ended sooner than a thread is started. */
const fewestBeside = 100_000;

/**
 * Ends as `unchanged`, on a thread of its own, what a load created or updated and the target holds since: a delta
 * leaves it as it is, whatever it finds in the sources. Until that is done nobody may write the ledger; it may be
 * read. What is not ended here, the delta ends later.
 */
export function endSettledBeside(ledger: Ledger, fewest = fewestBeside): Promise<void> {
  const last = ledger.db.prepare("SELECT coalesce(max(id), 0) FROM record").pluck().get() as number;
  if (ledger.path === inMemory || last < fewest) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const worker = new Worker(compiled("settled"), { workerData: ledger.path, ...asCompiled });
    worker.on("message", (told: SettledTold) => {
      if (told === null) resolve();
      else reject(toldError(told.failure));
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new CutoverError("internal", "what is settled was not ended")));
  });
}
