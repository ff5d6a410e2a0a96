import { IdsExhausted } from "@cutover/mapping";
import type { Loader, TableSpec } from "@cutover/model";

interface Range {
  next: number;
  end: number;
}

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
      const ready = (this.#ranges.get(table.name) ?? []).reduce((sum, { next, end }) => sum + end - next, 0);
      if (ready < needed * 2.2) await this.reserve(loader, table, 2 * needed);
    }
  }

  /** Reserves at least `least` ids, and ever more of a table that asks often: each time a batch is computed anew. */
  async reserve(loader: Loader, table: TableSpec, least: number): Promise<void> {
    const count = Math.max(least, Math.min(most, 2 * (this.#reserved.get(table.name) ?? 0)));
    const start = await loader.reserve(table, count);
    const ranges = this.#ranges.get(table.name) ?? [];
    ranges.push({ next: start, end: start + count });
    this.#ranges.set(table.name, ranges);
    this.#reserved.set(table.name, count);
  }

  /** Begins to hand ids out, remembering where the pool is. */
  mark(): Taken {
    const taken = new Map<TableSpec, number>();
    const saved = [...this.#ranges].map(([table, ranges]) => [table, ranges.map((r) => ({ ...r }))] as const);
    return {
      next: (table) => {
        const id = this.#next(table);
        taken.set(table, (taken.get(table) ?? 0) + 1);
        return id;
      },
      keep: () => {
        for (const [table, count] of taken) this.#needed.set(table, count);
      },
      giveBack: () => {
        for (const [table, ranges] of saved)
          this.#ranges.set(
            table,
            ranges.map((r) => ({ ...r })),
          );
      },
    };
  }
}
