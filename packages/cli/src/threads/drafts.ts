import { parentPort, workerData } from "node:worker_threads";
import { draftPages, type DraftedPage, type Pages } from "@cutover/engine";
import { ledgerFailure, openLedger, type Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import { CutoverError, tellError, type ErrorTold } from "@cutover/model";
import { loadTarget, type MovedTarget } from "../migration/systems.js";
import { asCutoverError } from "../output/failure.js";

/** What the thread is started with. */
export interface DraftsTask {
  readonly migration: MovedTarget;
  /** The ledger's file. */
  readonly ledger: string;
  /** Of the target's definition: what is drafted by another one was not approved. */
  readonly digest: string;
}

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

/** What the thread works with. */
interface Workplace {
  readonly file: string;
  readonly ledger: Ledger;
  readonly mappings: readonly OutboundMapping[];
}

function open({ migration, ledger: file, digest }: DraftsTask): Workplace {
  const { outbound } = loadTarget(migration, digest);
  const ledger = openLedger(file, { readonly: true });
  // It is read from its beginning to its end: what was read is not asked for again.
  ledger.db.pragma("cache_size = -4096");
  return { file, ledger, mappings: outbound };
}

let place: Workplace | CutoverError;
try {
  place = open(workerData as DraftsTask);
} catch (thrown) {
  place = asCutoverError(thrown);
}
let pages: Generator<DraftedPage, void, undefined> | null = null;

function begin({ ledger, mappings }: Workplace, wanted: Pages): void {
  pages = draftPages(
    ledger,
    mappings.find(({ name }) => name === wanted.mapping)!,
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
