import { byExtract, noteReadBack, type Side, type TargetCounts } from "@cutover/intake";
import { differenceWriter, type KeptInput, type Ledger, type NewDifference } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { expectationOf, PartComparison, type PartCompared } from "./compare-part.js";
import { Differences } from "./differences.js";
import { expectedReader } from "./expected.js";
import type { Expectation } from "./expectation.js";
import type { ExtraRows } from "./extra-rows.js";
import { Judging, outboundOf, type Reconciled } from "./judging.js";
import { keysDecided, Latecomers } from "./latecomers.js";
import type { Late } from "./pairing.js";
import { findOthers, type Others } from "./others.js";
import { applyFindings } from "./row-findings.js";
import { findUnexpected } from "./unexpected.js";

export interface CompareWork {
  readonly ledger: Ledger;
  readonly target: Side;
  /** The row of `reconciliation` that differences belong to. */
  readonly reconciliation: number;
  readonly entity: EntityName;
}

/** The figures of an entity, and what else the target has of it. */
interface Finished {
  readonly counts: Reconciled;
  readonly others: readonly Others[];
}

/** What two parts of one extract come to. */
function together(a: TargetCounts, b: TargetCounts): TargetCounts {
  const sums = (["counted", "read", "excluded", "kept", "unmapped", "withIssues", "duplicates"] as const).map(
    (name) => [name, a[name] + b[name]] as const,
  );
  return { ...a, ...(Object.fromEntries(sums) as Record<(typeof sums)[number][0], number>) };
}

/**
 * Brings together what was found of an entity's records, part by part, and finds what is in the target
 * though nobody had it there: neither the crosswalk nor what the target held before.
 */
export class EntityComparison {
  readonly expectation: Expectation;
  readonly #work: CompareWork;
  readonly #insert: (differences: readonly NewDifference[]) => void;
  readonly #latecomers: Latecomers;
  readonly #late: Late[] = [];
  readonly #differences: Differences;
  readonly #judging: Judging;
  readonly #mappings;
  /** How much was read in parts. */
  readonly #read: TargetCounts[] = [];
  #paired = 0;
  /** Rows that were read and are records, whatever keys they have. */
  #rows = 0;

  constructor(work: CompareWork) {
    this.#work = work;
    const { ledger, target, reconciliation, entity } = work;
    this.expectation = expectationOf(ledger, target, entity);
    this.#insert = differenceWriter(ledger, reconciliation, entity);
    this.#latecomers = new Latecomers(ledger, entity, keysDecided(ledger));
    this.#differences = new Differences(entity, (some) => this.note(some));
    this.#mappings = outboundOf(target, entity);
    this.#judging = new Judging(entity, this.#mappings, this.expectation, this.#differences);
  }

  /** The comparison of all records at once, here; call `add` with what comes of it. */
  whole(): PartComparison {
    const { ledger, target, entity } = this.#work;
    const write = (differences: readonly NewDifference[]): void => this.note(differences);
    return new PartComparison({ ledger, target, entity, waiting: this.#latecomers, write });
  }

  /** Notes differences that were found. */
  note(differences: readonly NewDifference[]): void {
    if (differences.length > 0) this.#work.ledger.transaction(() => this.#insert(differences));
  }

  /** Keeps records that were read and did not meet their counterparts. */
  keep(mapping: number, early: readonly KeptInput[]): void {
    this.#latecomers.add(mapping, early);
  }

  /** Adds what came of comparing a part. */
  add({ paired, late, ...judged }: PartCompared): void {
    this.#paired += paired;
    this.#late.push(late);
    this.#judging.add(judged);
  }

  /** Adds how much was read of the entity, or of a part of it. */
  addRows(read: readonly TargetCounts[]): void {
    for (const { kept, duplicates } of read) this.#rows += kept + duplicates;
  }

  /** The same of a part that was read by itself. */
  addPart(compared: PartCompared, read: readonly TargetCounts[]): void {
    this.add(compared);
    this.addRows(read);
    this.#read.push(...read);
  }

  /** Enters in the ledger how much was read in parts. @throws CutoverError `books-unbalanced` */
  noteRead(): void {
    const { ledger, target, entity } = this.#work;
    if (this.#read.length === 0) return;
    for (const [extract, mappings] of byExtract(target.system, [entity])) {
      const counts = mappings.map(({ name }) =>
        this.#read.filter(({ mapping }) => mapping === name).reduce(together),
      );
      noteReadBack(ledger, target, "after", extract, counts);
    }
  }

  /** Call it when all is read, and all rows that were written have been looked for. */
  async finish(extra: readonly ExtraRows[], onPage: (done: number) => Promise<void>): Promise<Finished> {
    const { ledger, entity } = this.#work;
    const { counts } = this.#judging;
    let done = this.#paired;
    const waiting = await this.#latecomers.meet(
      this.#late,
      expectedReader(ledger, entity, this.#mappings),
      (expected, is) => this.#judging.judge(expected, is),
      async (more) => {
        this.#differences.write();
        await onPage((done += more));
      },
    );
    // What met its counterpart and what waits has a key each: other rows have the key of one of them.
    const repeated = this.#rows - this.#paired - waiting;
    counts.target = this.#rows;
    let others: readonly Others[] = [];
    ledger.transaction(() => {
      this.#differences.write();
      applyFindings(this.#work, counts, this.#mappings, this.#differences);
      counts.unexpected = findUnexpected(ledger, entity, this.#differences);
      others = findOthers(ledger, entity, { ...counts, target: counts.target - repeated });
      if (repeated > 0) {
        counts.unexpected += repeated;
        this.#differences.repeated(repeated);
      }
      for (const { table, rows } of extra) {
        counts.unexpected += rows;
        this.#differences.extra(table, rows);
      }
      this.#differences.write();
    });
    return { counts, others };
  }
}
