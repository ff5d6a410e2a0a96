import { fieldNames, type EntityName } from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** Fields of an entity that any staged record ever had a value of; all others are null in every record. */
export function filledFields(ledger: Ledger, entity: EntityName): readonly string[] {
  const filled = new Set(
    ledger.prepared("SELECT field FROM filled_field WHERE entity = ?").pluck().all(entity) as string[],
  );
  return fieldNames(entity).filter((field) => filled.has(field));
}

/** Keeps account of them for a writer of staged rows: columns that nobody fills are neither written nor read. */
export class FilledFields {
  readonly #ledger: Ledger;
  readonly #entity: EntityName;
  readonly #names: readonly string[];
  /** Whether each of the entity's fields is filled. */
  readonly #isFilled: boolean[];
  /** The places of the filled ones among the entity's fields. */
  #places: readonly number[];

  constructor(ledger: Ledger, entity: EntityName) {
    this.#ledger = ledger;
    this.#entity = entity;
    this.#names = fieldNames(entity);
    const filled = new Set(filledFields(ledger, entity));
    this.#isFilled = this.#names.map((name) => filled.has(name));
    this.#places = this.#placesNow();
  }

  /** The places of the filled fields, those of this row among them. */
  of(row: readonly unknown[]): readonly number[] {
    for (let i = 0; i < this.#isFilled.length; i += 1) {
      if (row[i] === null || this.#isFilled[i] === true) continue;
      this.#isFilled[i] = true;
      this.#ledger
        .prepared("INSERT OR IGNORE INTO filled_field (entity, field) VALUES (?, ?)")
        .run(this.#entity, this.#names[i]);
      this.#places = this.#placesNow();
    }
    return this.#places;
  }

  #placesNow(): readonly number[] {
    return this.#isFilled.flatMap((is, place) => (is ? [place] : []));
  }
}
