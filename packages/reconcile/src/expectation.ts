import type { Total } from "@cutover/ledger";
import type { CanonicalRecord, CanonicalValue, EntityName } from "@cutover/model";
import { canonicalJson } from "@cutover/model";
import {
  fieldOfGrouping,
  fromScaled,
  groupedText,
  parseMeasure,
  textOf,
  shortScaled,
  toScaled,
  type Measure,
} from "./measures.js";

interface Change {
  /** The sum in two parts: what small numbers come to, which is exact in itself, and all else. */
  small: number;
  large: bigint;
  /** Least and greatest value that came, and whether values went that may have been the extreme. */
  least: string | null;
  greatest: string | null;
  readonly gone: Set<string>;
}

/** What a load must have changed: by groups, as canonical JSON, and by measures; and measures that cannot be told. */
export interface Changed {
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, Readonly<Change>>>;
  readonly unknown: ReadonlySet<string>;
}

/** Small numbers add up to no more than this before they are carried over. */
const mostSmall = 2 ** 52;

function carry(change: Change): bigint {
  change.large += BigInt(change.small);
  change.small = 0;
  return change.large;
}

function addTo(change: Change, text: string, sign: 1 | -1): void {
  const short = shortScaled(text);
  if (short === null) change.large += BigInt(sign) * toScaled(text);
  else change.small += sign * short;
  if (Math.abs(change.small) > mostSmall) carry(change);
}

/** A value that came, or the extreme of values that did. */
function come(change: Change, text: string | null): void {
  if (text === null) return;
  if (change.least === null || text < change.least) change.least = text;
  if (change.greatest === null || text > change.greatest) change.greatest = text;
}

const noChange = (): Change => ({ small: 0, large: 0n, least: null, greatest: null, gone: new Set() });

/**
 * What a load must have changed in the target's control totals of one entity, added up from projections
 * while records are compared.
 */
export class Expectation {
  readonly #entity: EntityName;
  readonly #groupings: readonly string[];
  /** Fields that are asked of a record: those of the groupings, then those of the measures; null asks for nothing. */
  readonly #asked: readonly (string | null)[];
  readonly #measures: ReadonlyMap<string, Measure>;
  /** What these are, in their order. */
  readonly #kinds: readonly Measure["kind"][];
  #changes = new Map<string, ReadonlyMap<string, Change>>();
  /** The same by the values that records are grouped by, and in the order of the measures. */
  readonly #groups = new Map<string, readonly Change[]>();
  #unknown = new Set<string>();
  /** Measures with the fields that they and their groups tell of. */
  readonly #told: readonly (readonly [name: string, fields: readonly string[]])[];

  /** `taken`: the totals the target has of the entity; they say what is measured, and by what. */
  constructor(entity: EntityName, taken: readonly Total[]) {
    this.#entity = entity;
    this.#groupings = [...new Set(taken.flatMap((total) => Object.keys(total.grouping)))];
    this.#measures = new Map(
      [...new Set(taken.map((total) => total.measure))].flatMap((name) => {
        const measure = parseMeasure(entity, name);
        return measure === null ? [] : [[name, measure] as const];
      }),
    );
    const grouped = this.#groupings.map((name) => fieldOfGrouping(entity, name));
    this.#asked = [...grouped, ...[...this.#measures.values()].map(({ field }) => field)];
    this.#kinds = [...this.#measures.values()].map(({ kind }) => kind);
    this.#told = [...this.#measures].map(([name, { field }]) => [
      name,
      [field, ...grouped].filter((told) => told !== null),
    ]);
  }

  /** A record came to the target, or changed there from `before`. */
  add(
    after: CanonicalRecord,
    before: CanonicalRecord | null,
    unpredictable: ReadonlyMap<string, string>,
  ): void {
    this.#doubt(unpredictable);
    this.#count(this.#valuesOf(after), 1);
    if (before !== null) this.#count(this.#valuesOf(before), -1);
  }

  /**
   * A function that adds records that came to the target, one of those that are given by the values of these
   * fields: they are in it as they should be.
   */
  adder(
    fields: readonly string[],
    unpredictable: ReadonlyMap<string, string>,
  ): (values: readonly (readonly CanonicalValue[])[], at: number) => void {
    const places = this.#asked.map((name) => (name === null ? -1 : fields.indexOf(name)));
    const asked: CanonicalValue[] = places.map(() => null);
    return (values, at) => {
      this.#doubt(unpredictable);
      for (let i = 0; i < places.length; i += 1) {
        const place = places[i]!;
        if (place >= 0) asked[i] = values[place]![at]!;
      }
      this.#count(asked, 1);
    };
  }

  #doubt(unpredictable: ReadonlyMap<string, string>): void {
    if (unpredictable.size === 0) return;
    for (const [name, fields] of this.#told) {
      if (fields.some((field) => unpredictable.has(field))) this.#unknown.add(name);
    }
  }

  #valuesOf(record: CanonicalRecord): readonly CanonicalValue[] {
    return this.#asked.map((name) => (name === null ? null : (record[name] ?? null)));
  }

  /** Values of what is asked of a record. */
  #count(values: readonly CanonicalValue[], sign: 1 | -1): void {
    const changes = this.#group(values);
    const first = this.#groupings.length;
    for (let i = 0; i < this.#kinds.length; i += 1) {
      const kind = this.#kinds[i]!;
      const change = changes[i]!;
      const value = values[first + i]!;
      if (kind === "count") change.small += sign;
      else if (value === null) continue;
      else if (kind === "sum") addTo(change, textOf(value), sign);
      else if (sign < 0) change.gone.add(textOf(value));
      else come(change, textOf(value));
    }
  }

  /** The changes of the group a record belongs to, in the order of the measures. */
  #group(values: readonly CanonicalValue[]): readonly Change[] {
    let name = "";
    for (let i = 0; i < this.#groupings.length; i += 1) {
      const value = groupedText(this.#groupings[i]!, values[i]!);
      name += value === null ? "-" : `${value.length}:${value}`;
    }
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const json = canonicalJson(
      Object.fromEntries(this.#groupings.map((g, i) => [g, groupedText(g, values[i]!)])),
    );
    const listed = [...this.#changesOf(json).values()];
    this.#groups.set(name, listed);
    return listed;
  }

  /** The changes of a group by measure, in the order of the measures. */
  #changesOf(group: string): ReadonlyMap<string, Change> {
    let changes = this.#changes.get(group);
    if (changes === undefined) {
      changes = new Map([...this.#measures.keys()].map((measure) => [measure, noChange()]));
      this.#changes.set(group, changes);
    }
    return changes;
  }

  /** Tells what was added up since it was asked last. */
  take(): Changed {
    const changed = { groups: this.#changes, unknown: this.#unknown };
    this.#changes = new Map();
    this.#groups.clear();
    this.#unknown = new Set();
    return changed;
  }

  /** Adds what others added up of other records, by the same measures. */
  addChanged({ groups, unknown }: Changed): void {
    for (const name of unknown) this.#unknown.add(name);
    for (const [group, measures] of groups) {
      const changes = this.#changesOf(group);
      for (const [name, { small, large, least, greatest, gone }] of measures) {
        const change = changes.get(name)!;
        change.large += large + BigInt(small);
        come(change, least);
        come(change, greatest);
        for (const text of gone) change.gone.add(text);
      }
    }
  }

  /** Groups that a load changed, as canonical JSON. */
  get groups(): Iterable<string> {
    return this.#changes.keys();
  }

  /** What the measure must be after the load; undefined where that cannot be told. */
  of(group: string, name: string, before: string | null): string | null | undefined {
    const measure = this.#measures.get(name);
    const groupings = Object.keys(JSON.parse(group) as object);
    if (measure === undefined || this.#unknown.has(name)) return undefined;
    if (groupings.some((g) => fieldOfGrouping(this.#entity, g) === null)) return undefined;
    const change = this.#changes.get(group)?.get(name) ?? noChange();
    switch (measure.kind) {
      case "count":
        return String(BigInt(before ?? "0") + carry(change));
      case "sum":
        return before === null && carry(change) === 0n ? null : fromScaled(toScaled(before) + carry(change));
      default: {
        if (before !== null && change.gone.has(before)) return undefined;
        const came = measure.kind === "first" ? change.least : change.greatest;
        if (before === null || came === null) return came ?? before;
        return came < before === (measure.kind === "first") ? came : before;
      }
    }
  }
}
