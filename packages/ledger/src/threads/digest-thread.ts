import { Worker } from "node:worker_threads";
import { CutoverError, toldError, type ErrorTold } from "@cutover/model";
import { stagedDigest } from "../digests.js";
import type { Ledger } from "../ledger.js";
import { inMemory } from "../open.js";
import { asCompiled, compiled } from "./compiled.js";

/** What the thread tells. */
export type DigestTold = { readonly digest: string } | { readonly failure: ErrorTold };

/** Of fewer records the digest is made sooner than a thread is started. */
const fewestBeside = 100_000;

/**
 * The digest of what is staged, made on a thread of its own where that takes long. Until it is told, nobody may
 * change what it is made of; it may be read, and all else written.
 */
export function stagedDigestBeside(ledger: Ledger, fewest = fewestBeside): Promise<string> {
  const last = ledger.db.prepare("SELECT coalesce(max(id), 0) FROM record").pluck().get() as number;
  if (ledger.path === inMemory || last < fewest) return Promise.resolve(stagedDigest(ledger));
  return new Promise((resolve, reject) => {
    const worker = new Worker(compiled("digest"), { workerData: ledger.path, ...asCompiled });
    worker.on("message", (told: DigestTold) => {
      if ("digest" in told) resolve(told.digest);
      else reject(toldError(told.failure));
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new CutoverError("internal", "what is staged was not read")));
  });
}
