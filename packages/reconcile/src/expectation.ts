import type { Total } from "@cutover/ledger";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import { canonicalJson } from "@cutover/model";
import {
  fieldOfGrouping,
  fromScaled,
  groupValue,
  parseMeasure,
  textOf,
  toScaled,
  type Measure,
} from "./measures.js";

interface Change {
  sum: bigint;
  /** Least and greatest value that came, and whether values went that may have been the extreme. */
  least: string | null;
  greatest: string | null;
  readonly gone: Set<string>;
}

const noChange = (): Change => ({ sum: 0n, least: null, greatest: null, gone: new Set() });

/**
 * What a load must have changed in the target's control totals of one entity, added up from projections
 * while records are compared.
 */
export class Expectation {
  readonly #entity: EntityName;
  readonly #groupings: readonly string[];
  readonly #measures: ReadonlyMap<string, Measure>;
  readonly #changes = new Map<string, Map<string, Change>>();
  readonly #unknown = new Set<string>();

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
  }

  /** A record came to the target, or changed there from `before`. */
  add(
    after: CanonicalRecord,
    before: CanonicalRecord | null,
    unpredictable: ReadonlyMap<string, string>,
  ): void {
    for (const [name, { field }] of this.#measures) {
      const involved = [field, ...this.#groupings.map((g) => fieldOfGrouping(this.#entity, g))];
      if (involved.some((f) => f !== null && unpredictable.has(f))) this.#unknown.add(name);
    }
    this.#count(after, 1n);
    if (before !== null) this.#count(before, -1n);
  }

  #count(record: CanonicalRecord, sign: bigint): void {
    const group = canonicalJson(
      Object.fromEntries(this.#groupings.map((name) => [name, groupValue(this.#entity, name, record)])),
    );
    const changes = this.#changes.get(group) ?? new Map<string, Change>();
    this.#changes.set(group, changes);
    for (const [name, { kind, field }] of this.#measures) {
      const change = changes.get(name) ?? noChange();
      changes.set(name, change);
      const value = field === null ? null : (record[field] ?? null);
      if (kind === "count") change.sum += sign;
      else if (value === null) continue;
      else if (kind === "sum") change.sum += sign * toScaled(textOf(value));
      else if (sign < 0n) change.gone.add(textOf(value));
      else {
        const text = textOf(value);
        if (change.least === null || text < change.least) change.least = text;
        if (change.greatest === null || text > change.greatest) change.greatest = text;
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
        return String(BigInt(before ?? "0") + change.sum);
      case "sum":
        return before === null && change.sum === 0n ? null : fromScaled(toScaled(before) + change.sum);
      default: {
        if (before !== null && change.gone.has(before)) return undefined;
        const came = measure.kind === "first" ? change.least : change.greatest;
        if (before === null || came === null) return came ?? before;
        return came < before === (measure.kind === "first") ? came : before;
      }
    }
  }
}
