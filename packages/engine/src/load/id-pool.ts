import { IdsExhausted } from "@cutover/mapping";
import type { Loader, TableSpec } from "@cutover/model";

interface Range {
  next: number;
  end: number;
}

/** Ids reserved ahead; those left at the end of a run are never used. */
const most = 10_000;

/** Reserved ids of the target's tables, handed out one by one. What is left at the end of a run stays unused. */
export class IdPool {
  readonly #ranges = new Map<string, Range[]>();
  readonly #reserved = new Map<string, number>();

  /** @throws IdsExhausted when none is left: reserve, and compute again. */
  next(table: TableSpec): number {
    const ranges = this.#ranges.get(table.name);
    const first = ranges?.[0];
    if (ranges === undefined || first === undefined) throw new IdsExhausted(table);
    const id = first.next++;
    if (first.next === first.end) ranges.shift();
    return id;
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

  /** Remembers where the pool is; the function returned gives back what was handed out since. */
  mark(): () => void {
    const saved = [...this.#ranges].map(([table, ranges]) => [table, ranges.map((r) => ({ ...r }))] as const);
    return () => {
      for (const [table, ranges] of saved)
        this.#ranges.set(
          table,
          ranges.map((r) => ({ ...r })),
        );
    };
  }
}
