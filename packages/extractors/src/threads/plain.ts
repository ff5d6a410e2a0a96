import { parentPort, workerData } from "node:worker_threads";
import { CutoverError, tellError } from "@cutover/model";
import { createFileExtractor } from "../files/extractor.js";
import type { PlainAnswer, PlainFiles, PlainQuestion } from "./plain-thread.js";

const { medium, folder, found } = workerData as PlainFiles;
const extractor = createFileExtractor(medium, folder, { found });

async function answer(question: Exclude<PlainQuestion, "end">): Promise<PlainAnswer> {
  const { no } = question;
  try {
    const given =
      "count" in question
        ? await extractor.count(question.count)
        : await extractor.query(question.sql, question.extracts);
    return { no, found: given };
  } catch (thrown) {
    // What others say of their errors may hold a value.
    const failure =
      thrown instanceof CutoverError
        ? thrown
        : new CutoverError("internal", "files could not be counted", { stage: "extract" });
    return { no, failure: tellError(failure) };
  }
}

let before = Promise.resolve();

parentPort!.on("message", (question: PlainQuestion) => {
  if (question === "end") {
    // What is under way has nobody any more who wants to know.
    void extractor.close().finally(() => process.exit());
    return;
  }
  before = before.then(async () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    parentPort!.postMessage(await answer(question));
  });
});
