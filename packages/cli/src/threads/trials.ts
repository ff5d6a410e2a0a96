import { parentPort, workerData } from "node:worker_threads";
import { triedBy, tryRecords, type Tried } from "@cutover/engine";
import { ledgerFailure } from "@cutover/ledger";
import { tellError, type EntityName, type ErrorTold } from "@cutover/model";
import { asCutoverError } from "../output/failure.js";
import { openWorkplace, type Workplace, type WorkplaceTask } from "./workplace.js";

/** What the thread is started with. */
export interface TrialsTask extends WorkplaceTask {
  readonly entities: readonly EntityName[];
}

/** What it says of each entity, one after the other: what came of it, or why nothing did. */
export interface TrialsWord {
  readonly entity: EntityName;
  readonly tried: Tried | null;
  readonly failure: ErrorTold | null;
}

const port = parentPort!;
const task = workerData as TrialsTask;

function triedAt({ file, ledger, system }: Workplace, entity: EntityName): Tried | null {
  try {
    return tryRecords(ledger, entity, triedBy(entity, system.outbound)!);
  } catch (thrown) {
    throw ledgerFailure(thrown, file);
  }
}

let place: Workplace | null = null;
for (const entity of task.entities) {
  try {
    const tried = triedAt((place ??= openWorkplace(task)), entity);
    port.postMessage({ entity, tried, failure: null } satisfies TrialsWord);
  } catch (thrown) {
    port.postMessage({
      entity,
      tried: null,
      failure: tellError(asCutoverError(thrown)),
    } satisfies TrialsWord);
  }
}
place?.ledger.close();
