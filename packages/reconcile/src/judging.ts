import { compare, type Side } from "@cutover/intake";
import type { OutboundMapping } from "@cutover/mapping";
import type { CanonicalRecord, EntityName, Verdict } from "@cutover/model";
import type { Differences } from "./differences.js";
import { expectedRecord, projectionOf, type Expected } from "./expected.js";
import type { Changed, Expectation } from "./expectation.js";

/** The figures of one entity: `source` is equal + explained + different + missing. */
export type Reconciled = Readonly<Record<"source" | "target" | Verdict, number>>;

/** The same while they are counted. */
export type Counts = Record<keyof Reconciled, number>;

const noCounts = (): Counts => ({
  source: 0,
  target: 0,
  equal: 0,
  explained: 0,
  different: 0,
  missing: 0,
  unexpected: 0,
});

/** What came of comparing records, but for the differences, which are told as they are found. */
export interface Judged {
  readonly counts: Reconciled;
  readonly changed: Changed;
}

/** The target's outbound mappings of an entity, as the ledger calls them. */
export const outboundOf = (
  { system, outbound }: Side,
  entity: EntityName,
): ReadonlyMap<number, OutboundMapping> =>
  new Map(
    system.outbound.flatMap((mapping) =>
      mapping.entity === entity ? [[outbound.get(mapping.name)!, mapping] as const] : [],
    ),
  );

/** Compares records of one entity with their projections, field by field, and counts how they stand. */
export class Judging {
  readonly #entity: EntityName;
  readonly #mappings: ReadonlyMap<number, OutboundMapping>;
  readonly expectation: Expectation;
  readonly #differences: Differences;
  counts: Counts = noCounts();

  constructor(
    entity: EntityName,
    mappings: ReadonlyMap<number, OutboundMapping>,
    expectation: Expectation,
    differences: Differences,
  ) {
    this.#entity = entity;
    this.#mappings = mappings;
    this.expectation = expectation;
    this.#differences = differences;
  }

  /** Null is what the target does not have. */
  judge({ sent, was }: Expected, is: CanonicalRecord | null): void {
    const { id, out, disposition, isApplied } = sent;
    this.counts.source += 1;
    const mapping = this.#mappings.get(sent.outbound ?? 0);
    const projection = mapping === undefined ? undefined : projectionOf(this.#entity, mapping, out);
    if (mapping !== undefined && projection !== undefined && disposition !== "unchanged" && isApplied) {
      this.expectation.add(expectedRecord(mapping, projection, was), was, projection.ignored);
    }
    if (is === null || mapping === undefined || projection === undefined) {
      this.counts.missing += 1;
      this.#differences.missing(id);
      return;
    }
    const kept = was === null ? undefined : { fields: mapping.keepOnUpdate, before: was };
    const { verdict, fields } = compare(this.#entity, { source: out.record, projection, target: is, kept });
    this.counts[verdict] += 1;
    for (const field of fields) this.#differences.field(id, field);
  }

  /** Counts records that came through as they were. */
  judgeEqual(records: number): void {
    this.counts.source += records;
    this.counts.equal += records;
  }

  /** Tells what came of the records since it was asked last. */
  take(): Judged {
    const { counts } = this;
    this.counts = noCounts();
    return { counts, changed: this.expectation.take() };
  }

  /** Adds what others found of other records. */
  add({ counts, changed }: Judged): void {
    for (const name of Object.keys(counts) as (keyof Counts)[]) this.counts[name] += counts[name];
    this.expectation.addChanged(changed);
  }
}
