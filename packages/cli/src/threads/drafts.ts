import { parentPort, workerData } from "node:worker_threads";
import { draftPages, type DraftedPage, type Pages } from "@cutover/engine";
import { ledgerFailure } from "@cutover/ledger";
import { CutoverError, tellError, type ErrorTold } from "@cutover/model";
import { asCutoverError } from "../output/failure.js";
import { openWorkplace, type Workplace, type WorkplaceTask } from "./workplace.js";

/** What it is told: to begin with other pages, or to draft one more. Each list of pages has a number. */
export type DraftsWish =
  | { readonly kind: "begin"; readonly no: number; readonly pages: Pages }
  | { readonly kind: "more"; readonly no: number };

/** What it answers to each `more`: a page, null after the last one, or why not. */
export interface DraftsWord {
  readonly no: number;
  readonly page: DraftedPage | null;
  readonly failure: ErrorTold | null;
}

const port = parentPort!;

let place: Workplace | CutoverError;
try {
  place = openWorkplace(workerData as WorkplaceTask);
} catch (thrown) {
  place = asCutoverError(thrown);
}
let pages: Generator<DraftedPage, void, undefined> | null = null;

function begin({ ledger, system }: Workplace, wanted: Pages): void {
  pages = draftPages(
    ledger,
    system.outbound.find(({ name }) => name === wanted.mapping)!,
    wanted,
  );
}

function next({ file }: Workplace): DraftedPage | null {
  try {
    return pages?.next().value ?? null;
  } catch (thrown) {
    throw ledgerFailure(thrown, file);
  }
}

port.on("message", (wish: DraftsWish) => {
  if (wish.kind === "begin") {
    if (!(place instanceof CutoverError)) begin(place, wish.pages);
    return;
  }
  const { no } = wish;
  try {
    if (place instanceof CutoverError) throw place;
    const page = next(place);
    const buffers = page?.draft?.rows.map(({ hashes }) => hashes.buffer) ?? [];
    port.postMessage({ no, page, failure: null } satisfies DraftsWord, buffers);
  } catch (thrown) {
    port.postMessage({ no, page: null, failure: tellError(asCutoverError(thrown)) } satisfies DraftsWord);
  }
});
