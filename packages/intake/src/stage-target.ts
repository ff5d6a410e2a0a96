import {
  clearTarget,
  targetWriter,
  writeTotals,
  type KeptInput,
  type Ledger,
  type Moment,
} from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import type { EntityName, SourceBatch } from "@cutover/model";
import type { IntakeOptions } from "./counts.js";
import { byExtract, checkComplete, readExtract } from "./read-extract.js";
import type { Side } from "./side.js";
import { keyOfLine } from "./staging.js";

/** What became of the target's rows that one mapping was given. */
export interface TargetCounts {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly extract: string;
  readonly counted: number;
  readonly read: number;
  /** Left out by a rule: they are no records (the guest account, the site's own course). */
  readonly excluded: number;
  readonly kept: number;
  /** Kept with nulls: no canonical form could be made of them, or they could not be read. */
  readonly unmapped: number;
  /** Kept, with an issue that would be a flag in a source. */
  readonly withIssues: number;
  /** Not kept: their key was there already. */
  readonly duplicates: number;
}

/** Takes records that were read, and returns how many of them it had not been given before, by their keys. */
export type TakeRecords = (inputs: readonly KeptInput[]) => number;

export interface StageTargetOptions extends IntakeOptions {
  /** Who takes the records of a mapping as they are read; by default the ledger keeps them. */
  readonly into?: ((entity: EntityName, mapping: number) => TakeRecords) | undefined;
}

/** Records that are kept together: few, so that what is made of them is soon forgotten. */
const atOnce = 500;

/** One mapping's part of reading an extract of the target. */
class Keeping {
  readonly #mapping: InboundMapping;
  readonly #put: TakeRecords;
  readonly #counts = { excluded: 0, kept: 0, unmapped: 0, withIssues: 0, duplicates: 0 };

  constructor(mapping: InboundMapping, put: TakeRecords) {
    this.#mapping = mapping;
    this.#put = put;
  }

  take(batch: SourceBatch): void {
    let alike: KeptInput[] = [];
    const keep = (input: KeptInput): void => {
      // What was mapped and what was not is counted apart, and stays in the order it came in.
      if (alike.length === atOnce || (alike[0]?.record === null) !== (input.record === null)) {
        this.#keep(alike);
        alike = [];
      }
      alike.push(input);
    };
    batch.rows.forEach((row, i) => {
      const { key, record, excluded, issues } = this.#mapping.map(row);
      if (excluded !== null) {
        this.#counts.excluded += 1;
        return;
      }
      if (issues.some((issue) => issue.severity === "flag")) this.#counts.withIssues += 1;
      keep({ key: key ?? keyOfLine(batch.at[i]!), record });
    });
    for (const { at } of batch.rejected) keep({ key: keyOfLine(at), record: null });
    this.#keep(alike);
  }

  #keep(alike: readonly KeptInput[]): void {
    const kept = this.#put(alike);
    this.#counts.kept += kept;
    this.#counts.duplicates += alike.length - kept;
    if (alike[0]?.record === null) this.#counts.unmapped += kept;
  }

  done(counted: number, read: number): TargetCounts {
    const { name: mapping, entity, extract } = this.#mapping;
    return { mapping, entity, extract: extract.name, counted, read, ...this.#counts };
  }
}

/**
 * Reads the target through its own inbound mappings into the ledger: what it held `before` a load, or
 * what it holds `after` it. A row that cannot be mapped is kept and counted, never left out: law 2
 * wants to know everything the target has.
 *
 * @throws CutoverError `books-unbalanced` where the rows read are not the rows counted; `interrupted`
 */
export async function stageTarget(
  ledger: Ledger,
  side: Side,
  moment: Moment,
  options: StageTargetOptions = {},
): Promise<readonly TargetCounts[]> {
  const { into = (entity, mapping) => targetWriter(ledger, moment, entity, mapping) } = options;
  const counts: TargetCounts[] = [];
  const groups = byExtract(side.system, options.entities);
  ledger.transaction(() => {
    for (const entity of new Set([...groups.values()].flat().map((m) => m.entity))) {
      clearTarget(ledger, moment, entity);
    }
  });
  for (const [extract, mappings] of groups) {
    const keepings = mappings.map(
      (mapping) => new Keeping(mapping, into(mapping.entity, side.inbound.get(mapping.name)!)),
    );
    const read = await readExtract(side, extract, options, (batch) => {
      ledger.transaction(() => {
        for (const keeping of keepings) keeping.take(batch);
      });
    });
    const counted = await side.extractor.count(extract);
    const done = keepings.map((keeping) => keeping.done(counted, read));
    ledger.transaction(() => {
      writeTotals(
        ledger,
        side.id,
        moment,
        done.flatMap((c) => [
          { entity: c.entity, measure: `rows counted: ${c.mapping}`, grouping: {}, value: String(counted) },
          { entity: c.entity, measure: `rows read: ${c.mapping}`, grouping: {}, value: String(read) },
        ]),
      );
      ledger.append("target-read", { side: side.name, moment, counts: done });
    });
    checkComplete(side, extract, counted, read);
    counts.push(...done);
  }
  return counts;
}
