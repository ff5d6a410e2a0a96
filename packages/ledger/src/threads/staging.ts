import { parentPort, workerData } from "node:worker_threads";
import { openBeside } from "../open.js";
import { recordWriter } from "../record-writer.js";
import { tell } from "./failure-told.js";
import type { StagingNews, StagingTask } from "./staging-thread.js";

const ledger = openBeside(workerData as string);
const writers = new Map<number, ReturnType<typeof recordWriter>>();

function stage(task: StagingTask): void {
  ledger.transaction(() => {
    for (const { of, batch } of task) {
      const { mapping, entity, extraction, known } = of;
      let write = writers.get(mapping);
      if (write === undefined) {
        writers.set(mapping, (write = recordWriter(ledger, mapping, entity, extraction, known)));
      }
      write(batch);
    }
  });
}

parentPort!.on("message", (task: StagingTask) => {
  let news: StagingNews = null;
  try {
    stage(task);
  } catch (thrown) {
    news = { failure: tell(thrown) };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort!.postMessage(news);
});
