import type { RejectedRow, SourceValue } from "@cutover/model";
import type { FileBatch } from "./format.js";

/**
 * Text that a batch may have been cut from. Its values are slices of that text and keep all of it alive,
 * what lay between them too.
 */
const maxText = 8 * 1024 * 1024;

/** Collects rows until there are enough for a batch, or it holds on to much text. */
export class BatchBuilder {
  readonly #size: number;
  #rows: (readonly SourceValue[])[] = [];
  #at: number[] = [];
  #rejected: RejectedRow[] = [];
  #text = 0;

  constructor(size = 5000) {
    this.#size = Math.max(1, size);
  }

  row(values: readonly SourceValue[], at: number): void {
    this.#rows.push(values);
    this.#at.push(at);
  }

  reject(rejected: RejectedRow): void {
    this.#rejected.push(rejected);
  }

  /** Tells of text that was read. */
  passed(characters: number): void {
    this.#text += characters;
  }

  /** Full batches, as long as there are any. */
  *full(): Generator<FileBatch> {
    while (this.#rows.length >= this.#size || this.#rejected.length >= this.#size) yield this.#take();
    if (this.#text > maxText && (this.#rows.length > 0 || this.#rejected.length > 0)) yield this.#take();
  }

  /** What is left. */
  *rest(): Generator<FileBatch> {
    yield* this.full();
    if (this.#rows.length > 0 || this.#rejected.length > 0) yield this.#take();
  }

  #take(): FileBatch {
    this.#text = 0;
    return {
      rows: this.#rows.splice(0, this.#size),
      at: this.#at.splice(0, this.#size),
      rejected: this.#rejected.splice(0, this.#size),
    };
  }
}
