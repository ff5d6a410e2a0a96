import type { Side, TakeRecords } from "@cutover/intake";
import type { Ledger, NewDifference } from "@cutover/ledger";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import { ByColumns } from "./by-columns.js";
import { Differences } from "./differences.js";
import { expectedReader, type Expected } from "./expected.js";
import { Expectation } from "./expectation.js";
import { Judging, outboundOf, type Judged } from "./judging.js";
import { keysDecided } from "./latecomers.js";
import { Pairing, type Late, type Waiting } from "./pairing.js";
import type { Part } from "./parts.js";
import { controlTotals } from "./tie-out.js";

export interface PartWork {
  /** It is read only, but for what `waiting` and `write` do. */
  readonly ledger: Ledger;
  readonly target: Side;
  readonly entity: EntityName;
  readonly waiting: Waiting;
  readonly write: (differences: readonly NewDifference[]) => void;
}

/** What came of comparing a part. */
export interface PartCompared extends Judged {
  readonly paired: number;
  readonly late: Late;
}

/** What the target's control totals are expected to be, as far as they were taken of an entity. */
export const expectationOf = (ledger: Ledger, target: Side, entity: EntityName): Expectation =>
  new Expectation(
    entity,
    (["before", "after"] as const).flatMap((moment) =>
      controlTotals(ledger, target, moment).filter((total) => total.entity === entity),
    ),
  );

/** Compares records of an entity with what is read back, while it is read: all of them, or part after part. */
export class PartComparison {
  readonly #pairingOf: (ids: Part["ids"]) => Pairing;
  readonly #judging: Judging;
  readonly #differences: Differences;
  #pairing: Pairing;

  constructor({ ledger, target, entity, waiting, write }: PartWork) {
    const mappings = outboundOf(target, entity);
    this.#differences = new Differences(entity, write);
    this.#judging = new Judging(entity, mappings, expectationOf(ledger, target, entity), this.#differences);
    const of = {
      entity,
      expected: expectedReader(ledger, entity, mappings),
      onPair: (expected: Expected, is: CanonicalRecord) => this.#judging.judge(expected, is),
      byColumns: new ByColumns(ledger, entity, mappings, this.#judging),
      waiting,
      shared: keysDecided(ledger),
    };
    this.#pairingOf = (ids) => new Pairing({ ...of, ids });
    this.#pairing = this.#pairingOf(undefined);
  }

  /** Begins with the records of a part. */
  begin(ids: Part["ids"]): void {
    this.#pairing = this.#pairingOf(ids);
  }

  /** Takes what one mapping reads of the target. */
  taker(mapping: number): TakeRecords {
    return {
      take: (inputs) => this.#written(this.#pairing.take(inputs, mapping)),
      takeInOrder: (keys, values, fields) => this.#written(this.#pairing.takeInOrder(keys, values, fields)),
    };
  }

  #written(taken: number): number {
    this.#differences.write();
    return taken;
  }

  /** Call it when all of the part is read. */
  end(): PartCompared {
    const { paired, late } = this.#pairing.end();
    this.#differences.write();
    return { ...this.#judging.take(), paired, late };
  }
}
