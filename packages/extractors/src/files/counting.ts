import { parentPort, workerData } from "node:worker_threads";
import { CutoverError, tellError } from "@cutover/model";
import { createFileExtractor } from "./extractor.js";
import type { Answer, CountedFiles, Question } from "./counting-thread.js";

const { medium, folder, found } = workerData as CountedFiles;
const extractor = createFileExtractor(medium, folder, { found });

async function answer(question: Exclude<Question, "end">): Promise<Answer> {
  const { no } = question;
  try {
    const given =
      "count" in question
        ? await extractor.count(question.count)
        : await extractor.query(question.sql, question.extracts);
    return { no, found: given };
  } catch (thrown) {
    if (!(thrown instanceof CutoverError)) return { no, found: null };
    return { no, failure: tellError(thrown) };
  }
}

let before = Promise.resolve();

parentPort!.on("message", (question: Question) => {
  if (question === "end") {
    // What is under way has nobody any more who wants to know.
    void extractor.close().finally(() => process.exit());
    return;
  }
  before = before.then(async () => {
    parentPort!.postMessage(await answer(question));
  });
});
