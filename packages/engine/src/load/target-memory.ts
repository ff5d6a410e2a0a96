import type { Reference } from "@cutover/mapping";
import type { Loader, TableSpec, TargetValue } from "@cutover/model";
import { Attempt, type Question } from "./attempt.js";
import { IdPool } from "./id-pool.js";
import { findRows, keyText, sharedKey, type Key } from "./lookup.js";
import { References } from "./references.js";

type Row = Readonly<Record<string, TargetValue>>;

/** Shared rows kept in memory between batches. */
const mostShared = 100_000;

/**
 * What computing rows may ask of the target. All answers are in memory; a shared row nobody asked for
 * before is answered with null and remembered as a question. The batch then asks the target for all
 * open questions at once (`learn`) and computes again, until none is left: the answers of earlier
 * batches stay, so that most batches compute once.
 */
export class TargetMemory {
  readonly #references = new References();
  readonly #ids: IdPool;
  /** Shared rows by table and natural key; null: the target has none. */
  readonly #shared = new Map<string, Row | null>();

  constructor(ids: IdPool = new IdPool()) {
    this.#ids = ids;
  }

  loadReferences(loader: Loader, declared: readonly Reference[]): Promise<void> {
    return this.#references.load(loader, declared);
  }

  /** Begins to compute a batch; `before` is the one that the target is still at work on. */
  attempt(before: Attempt | null = null): Attempt {
    return new Attempt({ references: this.#references, ids: this.#ids, shared: this.#shared }, before);
  }

  /** The batch is in the target: its shared rows are there for all that follow. */
  keep(attempt: Attempt): void {
    for (const [key, row] of attempt.keep()) this.#shared.set(key, row);
    // Bounded: what was forgotten is asked for again.
    if (this.#shared.size > mostShared) this.#shared.clear();
  }

  /** Asks the target for everything that was not known. */
  async learn(loader: Loader, questions: Iterable<Question>): Promise<void> {
    const groups = new Map<string, { table: TableSpec; by: readonly string[]; keys: Key[] }>();
    for (const { table, find } of questions) {
      const by = Object.keys(find);
      const name = `${table.name} ${by.join(" ")}`;
      const group = groups.get(name) ?? { table, by, keys: [] };
      group.keys.push(find);
      groups.set(name, group);
    }
    for (const { table, by, keys } of groups.values()) {
      const columns = [...(table.id === undefined ? [] : [table.id]), ...table.columns.map((c) => c.name)];
      const rows = await findRows(loader, table, by, keys, columns);
      for (const key of keys) {
        this.#shared.set(
          sharedKey(table, key),
          (rows.get(keyText(table, by, key)) as Row | undefined) ?? null,
        );
      }
    }
  }

  /** Has ids ready for batches like the last one. */
  prepare(loader: Loader): Promise<void> {
    return this.#ids.prepare(loader);
  }

  reserve(loader: Loader, table: TableSpec, least: number): Promise<void> {
    return this.#ids.reserve(loader, table, least);
  }
}
