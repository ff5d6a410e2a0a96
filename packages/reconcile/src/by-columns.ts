import { stagedPages, type StagedPages, type StagedRow } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import type { EntityName } from "@cutover/model";
import { compareColumns, type MarkOdd, type ReadValues } from "./alike.js";
import { dispositions } from "./expected.js";
import type { Judging } from "./judging.js";

/** How records of an outbound mapping are compared with those of an inbound one. */
interface Way {
  readonly mark: MarkOdd;
  /** Says of one of the records that were read that a load brought it about. */
  readonly add: (read: ReadValues, place: number) => void;
}

/** Records that are looked at before it is known whether it pays. */
const trial = 5_000;

/**
 * Compares records column by column that are read back in the order in which they are expected. Of most of
 * them nothing is to be said but that they came through as they were: they are counted, and no record is made.
 */
export class ByColumns {
  readonly #entity: EntityName;
  readonly #mappings: ReadonlyMap<number, OutboundMapping>;
  readonly #judging: Judging;
  readonly #pages: StagedPages;
  /** Tells whether the target had a record before the load; null where it had none. */
  readonly #had: ((targetKey: string | null) => boolean) | null;
  readonly #ways = new Map<readonly string[], Map<number | null, Way | null>>();
  #seen = 0;
  #odd = 0;

  constructor(
    ledger: Ledger,
    entity: EntityName,
    mappings: ReadonlyMap<number, OutboundMapping>,
    judging: Judging,
  ) {
    this.#entity = entity;
    this.#mappings = mappings;
    this.#judging = judging;
    this.#pages = stagedPages(ledger, entity, dispositions);
    const table = `"before_${entity}"`;
    const find = ledger.db.prepare(`SELECT 1 FROM ${table} WHERE key = ?`);
    const had = ledger.db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined;
    this.#had = had ? (key) => find.get(key) !== undefined : null;
  }

  /** Where too many have to be compared one by one all the same, there is nothing to be won. */
  get pays(): boolean {
    return this.#seen < trial || this.#odd * 2 < this.#seen;
  }

  /** The next records that are expected, as they are staged. */
  read(after: number, upto: number | null, most: number): readonly StagedRow[] {
    return this.#pages.read(after, upto, most);
  }

  /** Compares staged records with those that were read, the first of which are their counterparts; gives the places of those that are still to be compared one by one. */
  compare(staged: readonly StagedRow[], read: ReadValues, fields: readonly string[]): readonly number[] {
    const places: number[] = [];
    for (let from = 0; from < staged.length;) {
      const outbound = staged[from]![2];
      let to = from + 1;
      while (to < staged.length && staged[to]![2] === outbound) to += 1;
      const way = this.#wayOf(outbound, fields);
      const odd = new Uint8Array(to - from);
      if (way === null) odd.fill(1);
      else if (from === 0 && to === staged.length) this.#compare(way, staged, read, odd);
      else
        this.#compare(
          way,
          staged.slice(from, to),
          read.map((column) => column.slice(from, to)),
          odd,
        );
      for (let i = 0; i < odd.length; i += 1) if (odd[i] === 1) places.push(from + i);
      from = to;
    }
    this.#seen += staged.length;
    this.#odd += places.length;
    this.#judging.judgeEqual(staged.length - places.length);
    return places;
  }

  #compare({ mark, add }: Way, staged: readonly StagedRow[], read: ReadValues, odd: Uint8Array): void {
    mark(staged, read, odd);
    for (let i = 0; i < odd.length; i += 1) {
      const [, targetKey, , isWritten] = staged[i]!;
      if (odd[i] === 1 || isWritten === 0) continue;
      // What it was before says what the load made of it.
      if (this.#had?.(targetKey) === true) odd[i] = 1;
      else add(read, i);
    }
  }

  #wayOf(outbound: number | null, fields: readonly string[]): Way | null {
    let ways = this.#ways.get(fields);
    if (ways === undefined) this.#ways.set(fields, (ways = new Map()));
    let way = ways.get(outbound);
    if (way === undefined) ways.set(outbound, (way = this.#newWay(outbound, fields)));
    return way;
  }

  #newWay(outbound: number | null, fields: readonly string[]): Way | null {
    const mapping = this.#mappings.get(outbound ?? 0);
    // A record keeps of what it was before what the mapping says; that is told field by field.
    if (mapping === undefined || (this.#had !== null && mapping.keepOnUpdate.size > 0)) return null;
    const mark = compareColumns(this.#entity, this.#pages.fields, mapping, fields);
    const add = this.#judging.expectation.adder(fields, mapping.byValue.ignored);
    return mark === null ? null : { mark, add };
  }
}
