import { parentPort, workerData } from "node:worker_threads";
import { ledgerFailure, openLedger } from "@cutover/ledger";
import { createLoader, type LoaderOptions } from "@cutover/loaders";
import { CutoverError, tellError, type ErrorTold } from "@cutover/model";
import { workBeside, type Declared, type OwnTotals, type Suspect } from "@cutover/reconcile";
import { asCutoverError } from "../output/failure.js";

/** What the thread is started with. */
export interface BesideTask {
  /** The ledger's file. */
  readonly ledger: string;
  readonly target: LoaderOptions;
  readonly system: Declared;
  /** Ids of the sources. */
  readonly sources: readonly number[];
}

/** What it says. */
export type BesideNews =
  | { readonly suspects: readonly Suspect[] }
  | { readonly done: number }
  | { readonly own: OwnTotals }
  | { readonly failure: ErrorTold };

const port = parentPort!;
const say = (news: BesideNews): void => port.postMessage(news);

let stopped = false;
// Anything it is told means that it is to stop.
port.once("message", () => (stopped = true));

async function work({ ledger: file, target, ...task }: BesideTask): Promise<OwnTotals> {
  const ledger = openLedger(file, { readonly: true });
  // It is read from its beginning to its end: what was read is not asked for again.
  ledger.db.pragma("cache_size = -4096");
  try {
    const rows = await createLoader(target);
    try {
      return await workBeside({
        ...task,
        ledger,
        rows,
        onSuspects: (suspects) => say({ suspects }),
        onPage: async (done) => {
          say({ done });
          if (stopped) throw new CutoverError("interrupted", "stopped on request");
        },
      });
    } finally {
      await rows.close();
    }
  } catch (thrown) {
    throw ledgerFailure(thrown, file);
  } finally {
    ledger.close();
  }
}

try {
  say({ own: await work(workerData as BesideTask) });
} catch (thrown) {
  // Who is told to stop ends without a word.
  if (!stopped) say({ failure: tellError(asCutoverError(thrown)) });
}
port.close();
