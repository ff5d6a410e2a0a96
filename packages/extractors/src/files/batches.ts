import type { RejectedRow, SourceBatch, SourceValue } from "@cutover/model";

/** Collects rows until there are enough for a batch. */
export class BatchBuilder {
  readonly #size: number;
  readonly #file: string;
  #rows: (readonly SourceValue[])[] = [];
  #at: number[] = [];
  #rejected: RejectedRow[] = [];

  constructor(file: string, size = 5000) {
    this.#file = file;
    this.#size = Math.max(1, size);
  }

  row(values: readonly SourceValue[], at: number): void {
    this.#rows.push(values);
    this.#at.push(at);
  }

  reject(rejected: RejectedRow): void {
    this.#rejected.push(rejected);
  }

  /** Full batches, as long as there are any. */
  *full(): Generator<SourceBatch> {
    while (this.#rows.length >= this.#size || this.#rejected.length >= this.#size) yield this.#take();
  }

  /** What is left. */
  *rest(): Generator<SourceBatch> {
    yield* this.full();
    if (this.#rows.length > 0 || this.#rejected.length > 0) yield this.#take();
  }

  #take(): SourceBatch {
    return {
      file: this.#file,
      rows: this.#rows.splice(0, this.#size),
      at: this.#at.splice(0, this.#size),
      rejected: this.#rejected.splice(0, this.#size),
    };
  }
}
