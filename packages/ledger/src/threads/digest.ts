import { parentPort, workerData } from "node:worker_threads";
import { tellError } from "@cutover/model";
import { stagedDigest } from "../digests.js";
import { openBeside } from "../open.js";
import type { DigestTold } from "./digest-thread.js";
import { asOurs } from "./failure.js";

const say = (told: DigestTold): void => parentPort!.postMessage(told);

try {
  const ledger = openBeside(workerData as string);
  say({ digest: stagedDigest(ledger) });
  ledger.close();
} catch (thrown) {
  say({ failure: tellError(asOurs(thrown, "what is staged could not be read")) });
}
