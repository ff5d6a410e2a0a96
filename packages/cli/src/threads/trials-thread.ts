import { Worker } from "node:worker_threads";
import { triedBy, Trials, type Tried } from "@cutover/engine";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, entityNames, toldError, type EntityName } from "@cutover/model";
import type { TargetWorkspace } from "../migration/workspace.js";
import type { TrialsTask, TrialsWord } from "./trials.js";
import { workplaceTask } from "./workplace.js";

/** What fewer records are tried of is tried sooner than a thread is started. */
const fewest = 20_000;

/** In megabytes. What it reads it forgets at once. */
const resourceLimits = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 512 };

/** Whether many of an entity have no name in the target. The last ones are asked: what is new has the greatest ids. */
function isWorth({ db }: Ledger, entity: EntityName): boolean {
  const unnamed = db
    .prepare(
      `SELECT COUNT(*) FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id > (SELECT max(id) FROM "${entity}") - ${2 * fewest} AND r.targetKey IS NULL AND r.gone IS NULL`,
    )
    .pluck()
    .get() as number;
  return unnamed >= fewest;
}

const wordOf = (worker: Worker, entity: EntityName): Promise<Tried | null> =>
  new Promise((resolve, reject) => {
    worker.on("message", (word: TrialsWord) => {
      if (word.entity !== entity) return;
      if (word.failure === null) resolve(word.tried);
      else reject(toldError(word.failure));
    });
    worker.on("error", reject);
    worker.on("exit", () =>
      reject(new CutoverError("internal", "staged records were not tried", { stage: "plan" })),
    );
  });

/**
 * Does work while new records are tried on a thread of its own, with a connection to the ledger of its own, where
 * there are so many that it is worth while.
 */
export async function withTrials<T>(
  workspace: TargetWorkspace,
  work: (trials: Trials | undefined) => Promise<T>,
): Promise<T> {
  const { ledger, systems } = workspace;
  const entities = entityNames.filter(
    (entity) => triedBy(entity, systems.target.outbound) !== null && isWorth(ledger, entity),
  );
  if (entities.length === 0) return work(undefined);
  let worker: Worker | undefined;
  const begin = (): Worker => {
    const workerData: TrialsTask = { ...workplaceTask(workspace), entities };
    return new Worker(new URL("trials.js", import.meta.url), { workerData, resourceLimits });
  };
  const trials = new Trials(ledger, entities, (entity) => wordOf((worker ??= begin()), entity));
  try {
    return await work(trials);
  } finally {
    await worker?.terminate();
    trials.end();
  }
}
