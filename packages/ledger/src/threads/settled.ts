import { parentPort, workerData } from "node:worker_threads";
import { tellError } from "@cutover/model";
import { openBeside } from "../open.js";
import { endSettled } from "../unsettled.js";
import { asOurs } from "./failure.js";
import type { SettledTold } from "./settled-thread.js";

let told: SettledTold = null;
try {
  const ledger = openBeside(workerData as string);
  endSettled(ledger);
  ledger.close();
} catch (thrown) {
  told = { failure: tellError(asOurs(thrown, "what is settled could not be ended")) };
}
parentPort!.postMessage(told);
