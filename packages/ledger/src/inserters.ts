import { bulkInsert, type InsertedRow, type RowSource } from "./bulk-insert.js";
import type { Ledger } from "./ledger.js";

/** Combinations of columns that statements are kept of. */
const most = 8;

/** Adds rows to a table whose columns are mostly empty: those that nobody of a batch fills are not written. */
export class Inserters {
  readonly #ledger: Ledger;
  readonly #table: string;
  readonly #always: readonly string[];
  readonly #conflict: string;
  readonly #known = new Map<string, ReturnType<typeof bulkInsert>>();

  /** `always`: the columns that every row begins with. */
  constructor(ledger: Ledger, table: string, always: readonly string[], conflict = "") {
    this.#ledger = ledger;
    this.#table = table;
    this.#always = always;
    this.#conflict = conflict;
  }

  /** Adds rows that go on with the values of these fields, and returns how many were added. */
  insert(fields: readonly { readonly field: string }[], rows: readonly InsertedRow[] | RowSource): number {
    const names = fields.map(({ field }) => field);
    const combination = names.join(" ");
    let insert = this.#known.get(combination);
    if (insert === undefined) {
      if (this.#known.size >= most) this.#known.clear();
      insert = bulkInsert(this.#ledger, this.#table, [...this.#always, ...names], {
        conflict: this.#conflict,
      });
      this.#known.set(combination, insert);
    }
    return insert(rows);
  }
}
