import { parentPort, workerData } from "node:worker_threads";
import { tellError } from "@cutover/model";
import { openBeside } from "../open.js";
import { stagingWriter } from "../staging-writer.js";
import { asOurs } from "./failure.js";
import type { StagingNews, StagingTask } from "./staging-thread.js";

const ledger = openBeside(workerData as string);
const write = stagingWriter(ledger);

function stage(task: StagingTask): void {
  ledger.transaction(() => {
    for (const { of, part } of task) write(of, part);
  });
}

parentPort!.on("message", (task: StagingTask) => {
  let news: StagingNews = null;
  try {
    stage(task);
  } catch (thrown) {
    news = { failure: tellError(asOurs(thrown, "rows could not be staged")) };
  }
  parentPort!.postMessage(news);
});
