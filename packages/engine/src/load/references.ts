import type { Reference } from "@cutover/mapping";
import type { Loader, TargetValue } from "@cutover/model";
import { comparable } from "./target-values.js";
import type { TargetRow } from "./lookup.js";

/** Small tables of the target in memory, indexed by whatever columns they are asked by. */
export class References {
  readonly #rows = new Map<string, readonly TargetRow[]>();
  readonly #indexes = new Map<string, Map<string, TargetRow[]>>();

  /** Reads every declared reference anew: what an earlier entity wrote may be in them. */
  async load(loader: Loader, declared: readonly Reference[]): Promise<void> {
    this.#indexes.clear();
    for (const reference of declared) this.#rows.set(reference.name, await loader.query(reference.sql));
  }

  find(name: string, by: Readonly<Record<string, TargetValue>>): readonly TargetRow[] {
    const columns = Object.keys(by);
    const rows = this.#rows.get(name) ?? [];
    if (columns.length === 0) return rows;
    const index = `${name}\u001f${columns.join("\u001f")}`;
    let entries = this.#indexes.get(index);
    if (entries === undefined) {
      entries = new Map();
      for (const row of rows) {
        const key = indexKey(columns.map((column) => row[column] ?? null));
        const same = entries.get(key);
        if (same === undefined) entries.set(key, [row]);
        else same.push(row);
      }
      this.#indexes.set(index, entries);
    }
    return entries.get(indexKey(columns.map((column) => by[column] ?? null))) ?? [];
  }
}

/** Numbers and their text are the same to a lookup: `57` finds 57n. */
const indexKey = (values: readonly Parameters<typeof comparable>[0][]): string =>
  values.map((value) => comparable(value, undefined) ?? "\u0000").join("\u001f");
