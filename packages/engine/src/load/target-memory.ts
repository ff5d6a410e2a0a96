import type { Reference, TargetContext } from "@cutover/mapping";
import type { Loader, TableSpec, TargetValue } from "@cutover/model";
import { IdPool } from "./id-pool.js";
import { findRows, keyText, type Key } from "./lookup.js";
import { References } from "./references.js";

type Row = Readonly<Record<string, TargetValue>>;

interface Question {
  readonly table: TableSpec;
  readonly find: Key;
}

/** Shared rows kept in memory between batches. */
const mostShared = 100_000;

/**
 * What computing rows may ask of the target. All answers are in memory; a shared row nobody asked for
 * before is answered with null and remembered as a question. The batch then asks the target for all
 * open questions at once (`learn`) and computes again, until none is left: the answers of earlier
 * batches stay, so that most batches compute once.
 */
export class TargetMemory implements TargetContext {
  readonly #references = new References();
  readonly #ids: IdPool;
  /** Shared rows by table and natural key; null: the target has none. */
  readonly #shared = new Map<string, Row | null>();
  readonly #questions = new Map<string, Question>();
  /** Shared rows of the batch at hand: they exist once it is applied. */
  readonly #tentative = new Map<string, Row>();
  #giveBack: () => void = () => {};

  constructor(ids: IdPool = new IdPool()) {
    this.#ids = ids;
  }

  loadReferences(loader: Loader, declared: readonly Reference[]): Promise<void> {
    return this.#references.load(loader, declared);
  }

  /** Begins to compute a batch: ids and shared rows of an attempt that was given up are free again. */
  begin(): void {
    this.#tentative.clear();
    this.#questions.clear();
    this.#giveBack = this.#ids.mark();
  }

  /** Gives the attempt up: its ids go back into the pool. */
  giveUp(): void {
    this.#giveBack();
    this.#tentative.clear();
  }

  /** The batch is in the target: its shared rows are there for all that follow. */
  keep(): void {
    this.#ids.keep();
    for (const [key, row] of this.#tentative) this.#shared.set(key, row);
    this.#tentative.clear();
    // Bounded: what was forgotten is asked for again.
    if (this.#shared.size > mostShared) this.#shared.clear();
  }

  /** Whether a shared row was asked for that nobody knows yet. */
  get hasQuestions(): boolean {
    return this.#questions.size > 0;
  }

  /** Asks the target for everything that was not known. */
  async learn(loader: Loader): Promise<void> {
    const groups = new Map<string, { table: TableSpec; by: readonly string[]; keys: Key[] }>();
    for (const { table, find } of this.#questions.values()) {
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
    this.#questions.clear();
  }

  /** Has ids ready for a batch like the last one. */
  prepare(loader: Loader): Promise<void> {
    return this.#ids.prepare(loader);
  }

  nextId(table: TableSpec): number {
    return this.#ids.next(table);
  }

  reserve(loader: Loader, table: TableSpec, least: number): Promise<void> {
    return this.#ids.reserve(loader, table, least);
  }

  reference(name: string, by: Readonly<Record<string, TargetValue>>): ReturnType<References["find"]> {
    return this.#references.find(name, by);
  }

  shared(table: TableSpec, find: Key): Row | null {
    const key = sharedKey(table, find);
    const row = this.#tentative.get(key) ?? this.#shared.get(key);
    if (row === undefined) this.#questions.set(key, { table, find });
    return row ?? null;
  }

  share(table: TableSpec, find: Key, row: Row): void {
    this.#tentative.set(sharedKey(table, find), row);
  }
}

const sharedKey = (table: TableSpec, find: Key): string =>
  `${table.name}\u001f${Object.keys(find).join(",")}\u001f${keyText(table, Object.keys(find), find)}`;
