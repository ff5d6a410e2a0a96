import { Worker } from "node:worker_threads";
import { toldError, type ErrorTold, type ExtractSpec, type SourceValue } from "@cutover/model";
import type { SourceFile } from "./folder.js";
import type { FileMedium } from "./options.js";

/** What the thread reads: the same files that are read here. */
export interface CountedFiles {
  readonly medium: FileMedium;
  readonly folder: string;
  /** By the patterns that extracts name them by. */
  readonly found: ReadonlyMap<string, readonly SourceFile[]>;
}

/** What it is asked, as `count` and `query` of an extractor are, one after the other; or that it is to end. */
export type Question =
  | { readonly no: number; readonly count: ExtractSpec }
  | { readonly no: number; readonly sql: string; readonly extracts: readonly ExtractSpec[] }
  | "end";

type Rows = readonly Readonly<Record<string, SourceValue>>[];

/** Null where something came in between that is no error of ours: who reads tries it again, and meets it. */
export type Answer = { readonly no: number } & (
  | { readonly found: number | Rows | null }
  | { readonly failure: ErrorTold }
);

// The compiled file, also where this one runs uncompiled; and there without the conditions that lead to
// uncompiled ones.
const program = new URL("../../dist/files/counting.js", import.meta.url);
/** In megabytes. What it reads it forgets at once. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 };

const execArgv = process.execArgv.includes("--conditions") ? { execArgv: [] } : {};

interface Waiting {
  readonly resolve: (found: number | Rows | null) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Counts files, and runs plain queries over them, on a thread of its own, while their records are read here:
 * it is another pass over the same bytes, whose answers are few.
 */
export class CountingThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #asked = 0;
  #isGone = false;

  constructor(files: CountedFiles) {
    this.#worker = new Worker(program, { workerData: files, resourceLimits, ...execArgv });
    this.#worker.on("message", (answer: Answer) => {
      const waiting = this.#waiting.get(answer.no)!;
      this.#waiting.delete(answer.no);
      if ("failure" in answer) waiting.reject(toldError(answer.failure));
      else waiting.resolve(answer.found);
    });
    // Then it exits, too: it has less memory than who reads, and what it could not do is done there.
    this.#worker.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        this.#isGone = true;
        for (const waiting of this.#waiting.values()) waiting.resolve(null);
        this.#waiting.clear();
        resolve();
      });
    });
  }

  /** Null where the thread could not tell. */
  count(extract: ExtractSpec): Promise<number | null> {
    return this.#ask({ no: ++this.#asked, count: extract });
  }

  /** Null where the thread could not tell. */
  query(sql: string, extracts: readonly ExtractSpec[]): Promise<Rows | null> {
    return this.#ask({ no: ++this.#asked, sql, extracts });
  }

  /** Ends the thread; what was not answered yet is not answered any more. */
  async close(): Promise<void> {
    this.#say("end");
    await this.#ended;
  }

  #ask<T extends number | Rows>(question: Exclude<Question, "end">): Promise<T | null> {
    if (this.#isGone) return Promise.resolve(null);
    const answer = new Promise<T | null>((resolve, reject) => {
      this.#waiting.set(question.no, { resolve: resolve as Waiting["resolve"], reject });
    });
    // Whoever asks ahead may never come for the answer; who comes for it is told of the failure.
    answer.catch(() => undefined);
    this.#say(question);
    return answer;
  }

  #say(question: Question): void {
    this.#worker.postMessage(question);
  }
}
