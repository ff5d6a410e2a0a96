import type { TargetContext } from "@cutover/mapping";
import type { TableSpec, TargetValue } from "@cutover/model";
import { keyText, type Key } from "../load/lookup.js";
import type { References } from "../load/references.js";

type Row = Readonly<Record<string, TargetValue>>;

/**
 * Lets a plan compute target rows without a target: ids are negative, and every shared row is new. What
 * rows would be refused for (a value without a counterpart, a text too long) shows all the same.
 */
export class DryContext implements TargetContext {
  readonly #references: References;
  readonly #shared = new Map<string, Row>();
  #last = 0;

  constructor(references: References) {
    this.#references = references;
  }

  nextId(_table: TableSpec): number {
    this.#last -= 1;
    return this.#last;
  }

  reference(name: string, by: Row): ReturnType<References["find"]> {
    return this.#references.find(name, by);
  }

  shared(table: TableSpec, find: Key): Row | null {
    return this.#shared.get(`${table.name} ${keyText(table, Object.keys(find), find)}`) ?? null;
  }

  share(table: TableSpec, find: Key, row: Row): void {
    this.#shared.set(`${table.name} ${keyText(table, Object.keys(find), find)}`, row);
  }
}
