import { IdsExhausted } from "@cutover/mapping";
import type { Loader, TableSpec } from "@cutover/model";

interface Range {
  next: number;
  end: number;
}

const count = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { next, end }) => sum + end - next, 0);

/** Ids reserved ahead; those left at the end of a run are never used. */
const most = 10_000;

/** Ids that were handed out since a mark. */
interface Taken {
  /** @throws IdsExhausted when none is left: reserve, and compute again. */
  next(table: TableSpec): number;
  /** They are used. */
  keep(): void;
  /** They are free again; of several marks the last one first. */
  giveBack(): void;
}

/** Reserved ids of the target's tables, handed out one by one. What is left at the end of a run stays unused. */
export class IdPool {
  readonly #ranges = new Map<string, Range[]>();
  readonly #reserved = new Map<string, number>();
  /** How many ids of each table the last batch needed. */
  readonly #needed = new Map<TableSpec, number>();

  #next(table: TableSpec): number {
    const ranges = this.#ranges.get(table.name);
    const first = ranges?.[0];
    if (ranges === undefined || first === undefined) throw new IdsExhausted(table);
    const id = first.next++;
    if (first.next === first.end) ranges.shift();
    return id;
  }

  /** Has ids ready for two batches like the last one, and some more: running out means computing a batch anew. */
  async prepare(loader: Loader): Promise<void> {
    for (const [table, needed] of this.#needed) {
      if (count(this.#ranges.get(table.name) ?? []) < needed * 2.2)
        await this.reserve(loader, table, 2 * needed);
    }
  }

  /** Reserves at least `least` ids, and ever more of a table that asks often: each time a batch is computed anew. */
  async reserve(loader: Loader, table: TableSpec, least: number): Promise<void> {
    const wanted = Math.max(least, Math.min(most, 2 * (this.#reserved.get(table.name) ?? 0)));
    const start = await loader.reserve(table, wanted);
    const ranges = this.#ranges.get(table.name) ?? [];
    ranges.push({ next: start, end: start + wanted });
    this.#ranges.set(table.name, ranges);
    this.#reserved.set(table.name, wanted);
  }

  /** Begins to hand ids out that can be given back. */
  mark(): Taken {
    const taken = new Map<TableSpec, Range[]>();
    return {
      next: (table) => {
        const id = this.#next(table);
        let ranges = taken.get(table);
        if (ranges === undefined) taken.set(table, (ranges = []));
        const last = ranges.at(-1);
        if (last?.end === id) last.end += 1;
        else ranges.push({ next: id, end: id + 1 });
        return id;
      },
      keep: () => {
        for (const [table, ranges] of taken) this.#needed.set(table, count(ranges));
      },
      giveBack: () => {
        for (const [table, ranges] of taken) {
          this.#ranges.set(table.name, [...ranges, ...(this.#ranges.get(table.name) ?? [])]);
        }
        taken.clear();
      },
    };
  }
}
