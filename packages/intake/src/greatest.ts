import type { HighWater } from "@cutover/ledger";
import type { ExtractSpec, SourceBatch } from "@cutover/model";

/** The greatest value of the column that says what changed, over all rows that were read. */
export class Greatest {
  readonly #place: number;
  #value: HighWater | null;

  constructor({ columns, changed }: ExtractSpec, since: HighWater | null) {
    this.#place = columns.findIndex(({ name }) => name === changed);
    this.#value = since;
  }

  /** Null where no row has one, or where one cannot be compared. */
  get value(): HighWater | null {
    return this.#value;
  }

  take({ rows }: SourceBatch): void {
    if (this.#place < 0) return;
    for (const row of rows) {
      const value = row[this.#place] ?? null;
      // Beyond 2^53: left out, which only means that more is read than needed.
      if (typeof value !== "number" && typeof value !== "string") continue;
      if (this.#value === null || value > this.#value) this.#value = value;
    }
  }
}
