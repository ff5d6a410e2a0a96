import { compare, type Side, type TakeRecords } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import type { CanonicalRecord, EntityName, Verdict } from "@cutover/model";
import { Differences } from "./differences.js";
import { expectedRecord, expectedRecords, projectionOf } from "./expected.js";
import type { Expectation } from "./expectation.js";
import type { ExtraRows } from "./extra-rows.js";
import { Pairing, type Expected } from "./pairing.js";
import { applyFindings } from "./row-findings.js";
import { findUnexpected } from "./unexpected.js";

/** The figures of one entity: `source` is equal + explained + different + missing. */
export type Reconciled = Readonly<Record<"source" | "target" | Verdict, number>>;

/** The same while they are counted. */
export type Counts = Record<keyof Reconciled, number>;

export interface CompareWork {
  readonly ledger: Ledger;
  readonly target: Side;
  /** The row of `reconciliation` that differences belong to. */
  readonly reconciliation: number;
  readonly entity: EntityName;
  readonly expectation: Expectation;
}

/**
 * Compares every loaded record of an entity with what is read back, field by field, while it is read, and
 * finds what is in the target though nobody had it there: neither the crosswalk nor what the target held
 * before.
 */
export class EntityComparison {
  readonly #work: CompareWork;
  readonly #mappings: ReadonlyMap<number, OutboundMapping>;
  readonly #pairing: Pairing;
  readonly #differences: Differences;
  readonly #counts: Counts = {
    source: 0,
    target: 0,
    equal: 0,
    explained: 0,
    different: 0,
    missing: 0,
    unexpected: 0,
  };

  constructor(work: CompareWork) {
    this.#work = work;
    const { ledger, target, reconciliation, entity } = work;
    this.#mappings = new Map(
      target.system.outbound.map((mapping) => [target.outbound.get(mapping.name)!, mapping]),
    );
    this.#differences = new Differences(ledger, reconciliation, entity);
    this.#pairing = new Pairing({
      ledger,
      entity,
      expected: expectedRecords(ledger, entity, this.#mappings),
      onPair: (expected, is) => this.#compare(expected, is),
    });
  }

  /** Takes what one mapping reads of the target. */
  taker(mapping: number): TakeRecords {
    const take = this.#pairing.taker(mapping);
    return (inputs) => {
      const fresh = take(inputs);
      this.#differences.write();
      return fresh;
    };
  }

  #compare({ sent, was }: Expected, is: CanonicalRecord | null): void {
    const { entity, expectation } = this.#work;
    const { id, out, disposition, isApplied } = sent;
    this.#counts.source += 1;
    const mapping = this.#mappings.get(sent.outbound ?? 0);
    const projection = mapping === undefined ? undefined : projectionOf(entity, mapping, out);
    if (mapping !== undefined && projection !== undefined && disposition !== "unchanged" && isApplied) {
      expectation.add(expectedRecord(mapping, projection, was), was, projection.ignored);
    }
    if (is === null || mapping === undefined || projection === undefined) {
      this.#counts.missing += 1;
      this.#differences.missing(id);
      return;
    }
    const kept = was === null ? undefined : { fields: mapping.keepOnUpdate, before: was };
    const { verdict, fields } = compare(entity, { source: out.record, projection, target: is, kept });
    this.#counts[verdict] += 1;
    for (const field of fields) this.#differences.field(id, field);
  }

  /** Call it when all is read, and all rows that were written have been looked for. */
  async finish(extra: readonly ExtraRows[], onPage: (done: number) => Promise<void>): Promise<Reconciled> {
    const { ledger, entity } = this.#work;
    this.#counts.target = await this.#pairing.finish(async (done) => {
      ledger.transaction(() => this.#differences.write());
      await onPage(done);
    });
    ledger.transaction(() => {
      this.#differences.write();
      applyFindings(this.#work, this.#counts, this.#mappings, this.#differences);
      this.#counts.unexpected = findUnexpected(ledger, entity, this.#differences);
      for (const { table, rows } of extra) {
        this.#counts.unexpected += rows;
        this.#differences.extra(table, rows);
      }
      this.#differences.write();
    });
    return this.#counts;
  }
}
