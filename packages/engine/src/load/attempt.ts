import type { TargetContext } from "@cutover/mapping";
import type { TableSpec, TargetValue } from "@cutover/model";
import type { IdPool } from "./id-pool.js";
import { sharedKey, type Key } from "./lookup.js";
import type { References } from "./references.js";

type Row = Readonly<Record<string, TargetValue>>;

/** A shared row that nobody knows yet. */
export interface Question {
  readonly table: TableSpec;
  readonly find: Key;
}

/** What is known of the target, whatever becomes of an attempt. */
interface Known {
  readonly references: References;
  readonly ids: IdPool;
  /** Shared rows by table and natural key; null: the target has none. */
  readonly shared: ReadonlyMap<string, Row | null>;
}

/**
 * One attempt at computing a batch: the ids it took, the shared rows that exist once it is applied, and
 * what it would have to know. It may begin while the target is still at work on the batch before, whose
 * shared rows it counts on; where that one is refused, it has to be given up first.
 */
export class Attempt implements TargetContext {
  readonly #known: Known;
  readonly #taken: ReturnType<IdPool["mark"]>;
  readonly #shared = new Map<string, Row>();
  readonly #questions = new Map<string, Question>();
  #before: Attempt | null;

  constructor(known: Known, before: Attempt | null) {
    this.#known = known;
    this.#before = before;
    this.#taken = known.ids.mark();
  }

  /** What was asked for that nobody knows yet. */
  get questions(): readonly Question[] {
    return [...this.#questions.values()];
  }

  /** Its ids go back into the pool. */
  giveUp(): void {
    this.#taken.giveBack();
  }

  /** Its ids are used, and these shared rows are in the target. */
  keep(): ReadonlyMap<string, Row> {
    this.#taken.keep();
    this.#before = null;
    return this.#shared;
  }

  nextId(table: TableSpec): number {
    return this.#taken.next(table);
  }

  reference(name: string, by: Readonly<Record<string, TargetValue>>): ReturnType<References["find"]> {
    return this.#known.references.find(name, by);
  }

  shared(table: TableSpec, find: Key): Row | null {
    const key = sharedKey(table, find);
    const row = this.#made(key) ?? this.#known.shared.get(key);
    if (row === undefined) this.#questions.set(key, { table, find });
    return row ?? null;
  }

  /** A row that is there once this batch and the one before are applied. */
  #made(key: string): Row | undefined {
    return this.#shared.get(key) ?? (this.#before === null ? undefined : this.#before.#shared.get(key));
  }

  share(table: TableSpec, find: Key, row: Row): void {
    this.#shared.set(sharedKey(table, find), row);
  }
}
