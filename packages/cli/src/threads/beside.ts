import { parentPort, workerData } from "node:worker_threads";
import { createExtractor } from "@cutover/extractors";
import type { Side } from "@cutover/intake";
import { ledgerFailure } from "@cutover/ledger";
import { createLoader } from "@cutover/loaders";
import { tellError, type ErrorTold } from "@cutover/model";
import { TaskList, workOff, type News, type Task } from "@cutover/reconcile";
import { Closing, targetOptions } from "../migration/workspace.js";
import { asCutoverError } from "../output/failure.js";
import { openWorkplace, type WorkplaceTask } from "./workplace.js";

/** What it is told to do when it is known. */
export interface BesideTask {
  /** The target, as the ledger knows it. */
  readonly target: Omit<Side, "system" | "extractor">;
  /** The state of the target that is read, where it has a name. */
  readonly state: string | null;
  readonly tasks: readonly Task[];
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What it says, beside news. */
export type BesideWord =
  | News
  | { readonly kind: "failure"; readonly failure: ErrorTold }
  | { readonly kind: "done" };

const port = parentPort!;
const say = (word: BesideWord): void => port.postMessage(word);

const stopping = new AbortController();
const told = new Promise<BesideTask | null>((resolve) => {
  port.on("message", (word: BesideTask | "stop") => {
    if (word !== "stop") return resolve(word);
    stopping.abort();
    resolve(null);
  });
});

async function work(given: WorkplaceTask): Promise<void> {
  const { file, ledger, system } = openWorkplace(given);
  const closing = new Closing();
  try {
    const task = await told;
    if (task === null) return;
    const { target, state, tasks, taken } = task;
    const options = targetOptions(given.migration, { target: system });
    const extractor = closing.add(
      await createExtractor({ ...options, role: "target", state: state ?? undefined }),
    );
    const rows = closing.add(await createLoader(options));
    await workOff(new TaskList(tasks, taken), {
      ledger,
      target: { ...target, system, extractor },
      rows,
      tell: say,
      signal: stopping.signal,
    });
  } catch (thrown) {
    throw ledgerFailure(thrown, file);
  } finally {
    await closing.close();
    ledger.close();
  }
}

try {
  await work(workerData as WorkplaceTask);
  if (!stopping.signal.aborted) say({ kind: "done" });
} catch (thrown) {
  // Who is told to stop ends without a word.
  if (!stopping.signal.aborted) say({ kind: "failure", failure: tellError(asCutoverError(thrown)) });
}
port.close();
