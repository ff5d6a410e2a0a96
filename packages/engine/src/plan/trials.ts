import { leadFinder, outgoingPages } from "@cutover/intake";
import { eachStretch, type Ledger } from "@cutover/ledger";
import type { OutboundMapping, OutgoingColumns } from "@cutover/mapping";
import { singleReferences, type EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import { referredTo, type PlannedKeys } from "./planned-keys.js";

type Stretch = readonly [first: number, last: number];

/** What a trial of an entity's records came to. Plain data, which one thread can hand to another. */
export interface Tried {
  /** Records of which nothing is to be said, whatever they refer to: the first and the last of each stretch of ids, in order. */
  readonly fine: readonly Stretch[];
  /** The records that each reference refers to; null among them where one refers to none. */
  readonly referred: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Tries records of an entity elsewhere, on another thread; gives null where that is of no help. */
export type TryBeside = (entity: EntityName) => Promise<Tried | null>;

/** Where there are more stretches, or more is referred to, records are looked at page by page. */
const most = 200_000;

/** Records that are tried together, and records that are entered in one transaction. */
const triedAtOnce = 4000;
const enteredAtOnce = 20_000;

/**
 * The mapping by which new records of an entity can be tried before it is known what those are called that they
 * refer to; null where there is none.
 */
export function triedBy(entity: EntityName, mappings: readonly OutboundMapping[]): OutboundMapping | null {
  const first = mappings.find((mapping) => mapping.entity === entity);
  return first?.takesAll === true && first.plain?.byField === true && !referredTo.has(entity) ? first : null;
}

/** Tries the records that have no name in the target yet, but for what they refer to. */
export function tryRecords(ledger: Ledger, entity: EntityName, { plain }: OutboundMapping): Tried | null {
  const references = singleReferences(entity).map(({ field }) => field);
  const fields = new Set([...plain!.reads].filter((name) => !references.includes(name)));
  const referred = references.map((field) => ({ field, ids: new Set<number | null>() }));
  const fine: Stretch[] = [];
  for (const page of outgoingPages(ledger, entity, { still: "unnamed", fields, batchSize: triedAtOnce })) {
    const marks = plain!.trial(page, fields);
    for (const { field, ids } of referred) {
      const told = page.values(field);
      page.referredTo(field).forEach((id, place) => {
        if (id === null && told[place] !== null) marks[place] = 1;
        else ids.add(id);
      });
      if (ids.size > most) return null;
    }
    const { ids } = page;
    eachStretch(marks.includes(1) ? ids.filter((_, place) => marks[place] === 0) : ids, (first, last) =>
      fine.push([first, last]),
    );
    if (fine.length > most) return null;
  }
  return { fine, referred: Object.fromEntries(referred.map(({ field, ids }) => [field, [...ids]])) };
}

/**
 * Trials that are made beside the work that comes before an entity is planned. Which records have an end by
 * then, and what those they refer to are called, is asked when it is known; what was written meanwhile of staged
 * records is noted, and does not count as tried.
 */
export class Trials {
  readonly #ledger: Ledger;
  readonly #trials: ReadonlyMap<EntityName, Promise<Tried | null>>;

  /** Begins with trials of entities that something tries them by, as soon as they are staged. */
  constructor(ledger: Ledger, entities: readonly EntityName[], tryBeside: TryBeside) {
    this.#ledger = ledger;
    for (const entity of entities) {
      ledger.db.exec(`
        DROP TABLE IF EXISTS temp.touched_${entity};
        CREATE TEMP TABLE touched_${entity} (id INTEGER PRIMARY KEY);
        CREATE TEMP TRIGGER touched_${entity}_anew AFTER INSERT ON "${entity}"
          BEGIN INSERT OR IGNORE INTO touched_${entity} VALUES (NEW.id); END;
        CREATE TEMP TRIGGER touched_${entity}_again AFTER UPDATE ON "${entity}"
          BEGIN INSERT OR IGNORE INTO touched_${entity} VALUES (NEW.id); END`);
    }
    this.#trials = new Map(entities.map((entity) => [entity, tryBeside(entity)]));
    // Whoever asks is told of a failure.
    for (const trial of this.#trials.values()) trial.catch(() => undefined);
  }

  /** What came of an entity's records; null where they have to be tried. */
  async of(entity: EntityName): Promise<Tried | null> {
    return (await this.#trials.get(entity)) ?? null;
  }

  /** Records that were written since they may have been tried. */
  touched(entity: EntityName): readonly number[] {
    return this.#ledger.db.prepare(`SELECT id FROM temp.touched_${entity}`).pluck().all() as number[];
  }

  /** Notes no more what is written. */
  end(): void {
    for (const entity of this.#trials.keys()) {
      this.#ledger.db.exec(`
        DROP TRIGGER temp.touched_${entity}_anew;
        DROP TRIGGER temp.touched_${entity}_again;
        DROP TABLE temp.touched_${entity}`);
    }
  }
}

/** Records that refer to what the target does not have, or not as it would take it. */
function misreferring(
  ledger: Ledger,
  entity: EntityName,
  { mapping: { plain } }: Outbound,
  keys: PlannedKeys,
  { referred }: Tried,
): readonly number[] {
  const follow = leadFinder(ledger, entity);
  return singleReferences(entity).flatMap(({ field, to }) => {
    const ids = referred[field]!;
    const leads = ids.map((id) => (id === null ? null : follow(to, id)));
    const named = keys.namesOf(entity, to, leads);
    const columns: OutgoingColumns = {
      length: ids.length,
      values: () => named,
      targetKeys: () => named,
      out: () => {
        throw new RangeError("records are tried field by field");
      },
    };
    const marks = plain!.trial(columns, new Set([field]));
    const odd = ids.filter((id, place) => marks[place] === 1 || (id !== null && named[place] === null));
    if (odd.length === 0) return [];
    const orNone = odd.includes(null) ? `OR "${field}" IS NULL` : "";
    return ledger.db
      .prepare(`SELECT id FROM "${entity}" WHERE "${field}Id" IN (SELECT value FROM json_each(?)) ${orNone}`)
      .pluck()
      .all(JSON.stringify(odd)) as number[];
  });
}

/** Stretches without some ids, as many together as are entered at once. */
function* without(stretches: readonly Stretch[], odd: readonly number[]): Generator<readonly Stretch[]> {
  const sorted = [...new Set(odd)].toSorted((a, b) => a - b);
  let next = 0;
  let [some, asked]: [Stretch[], number] = [[], 0];
  for (const [from, to] of stretches) {
    for (let first = from; first <= to;) {
      while (sorted[next]! < first) next += 1;
      const end = Math.min(sorted[next] ?? Infinity, to + 1, first + enteredAtOnce - asked);
      if (first < end) some.push([first, end - 1]);
      asked += end - first;
      first = end === sorted[next] ? end + 1 : end;
      if (asked < enteredAtOnce) continue;
      yield some;
      [some, asked] = [[], 0];
    }
  }
  yield some;
}

/**
 * Enters `created` for records that were tried and of which nothing is to be said, a part at a time; leaves all
 * others open. Gives how many it is done with.
 */
export function* enterTried(
  ledger: Ledger,
  entity: EntityName,
  outbound: Outbound,
  keys: PlannedKeys,
  tried: Tried,
  touched: readonly number[],
): Generator<number, void, undefined> {
  // Who got a name meanwhile, or an end, is not new any more.
  const enter = ledger.db.prepare(
    `UPDATE record SET disposition = 'created', reason = NULL, outbound = ?
     WHERE id BETWEEN ? AND ? AND disposition IS NULL AND targetKey IS NULL AND gone IS NULL`,
  );
  const odd = [...touched, ...misreferring(ledger, entity, outbound, keys, tried)];
  for (const stretches of without(tried.fine, odd)) {
    yield ledger.transaction(() =>
      stretches.reduce((done, [first, last]) => done + enter.run(outbound.id, first, last).changes, 0),
    );
  }
}
