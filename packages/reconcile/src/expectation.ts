import type { Total } from "@cutover/ledger";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import { canonicalJson } from "@cutover/model";
import {
  fieldOfGrouping,
  fromScaled,
  groupValue,
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
  readonly #measures: ReadonlyMap<string, Measure>;
  readonly #changes = new Map<string, ReadonlyMap<string, Change>>();
  /** The same by the values that records are grouped by, and in the order of the measures. */
  readonly #groups = new Map<string, readonly Change[]>();
  readonly #unknown = new Set<string>();
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
    if (unpredictable.size > 0) {
      for (const [name, fields] of this.#told) {
        if (fields.some((field) => unpredictable.has(field))) this.#unknown.add(name);
      }
    }
    this.#count(after, 1);
    if (before !== null) this.#count(before, -1);
  }

  #count(record: CanonicalRecord, sign: 1 | -1): void {
    const changes = this.#group(record);
    let i = 0;
    for (const { kind, field } of this.#measures.values()) {
      const change = changes[i++]!;
      const value = field === null ? null : (record[field] ?? null);
      if (kind === "count") change.small += sign;
      else if (value === null) continue;
      else if (kind === "sum") addTo(change, textOf(value), sign);
      else if (sign < 0) change.gone.add(textOf(value));
      else come(change, textOf(value));
    }
  }

  /** The changes of the group a record belongs to, in the order of the measures. */
  #group(record: CanonicalRecord): readonly Change[] {
    let name = "";
    for (const grouping of this.#groupings) {
      const value = groupValue(this.#entity, grouping, record);
      name += value === null ? "-" : `${value.length}:${value}`;
    }
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const json = canonicalJson(
      Object.fromEntries(this.#groupings.map((g) => [g, groupValue(this.#entity, g, record)])),
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

  get changed(): Changed {
    return { groups: this.#changes, unknown: this.#unknown };
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
