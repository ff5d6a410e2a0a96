import { parentPort, workerData } from "node:worker_threads";
import { CutoverError, tellError } from "@cutover/model";
import { openBeside } from "../open.js";
import { stagingWriter } from "../staging-writer.js";
import type { StagingNews, StagingTask } from "./staging-thread.js";

const ledger = openBeside(workerData as string);
const write = stagingWriter(ledger);

function stage(task: StagingTask): void {
  ledger.transaction(() => {
    for (const { of, part } of task) write(of, part);
  });
}

/** `SQLITE_ERROR`, `TypeError` */
const nameOf = (thrown: unknown): string =>
  thrown instanceof Error ? ((thrown as { readonly code?: string }).code ?? thrown.name) : typeof thrown;

parentPort!.on("message", (task: StagingTask) => {
  let news: StagingNews = null;
  try {
    stage(task);
  } catch (thrown) {
    // What others say of their errors may hold a value.
    const failure =
      thrown instanceof CutoverError
        ? thrown
        : new CutoverError("internal", `rows could not be staged: ${nameOf(thrown)}`);
    news = { failure: tellError(failure) };
  }
  parentPort!.postMessage(news);
});
