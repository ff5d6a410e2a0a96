import {
  clearTarget,
  targetWriter,
  writeTotals,
  type KeptInput,
  type Ledger,
  type Moment,
} from "@cutover/ledger";
import type { InboundMapping, MappedPage } from "@cutover/mapping";
import {
  recordAt,
  type CanonicalValue,
  type EntityName,
  type ExtractSpec,
  type KeyRange,
  type SourceBatch,
} from "@cutover/model";
import type { IntakeOptions } from "./counts.js";
import { RowsDigest, type RowsRead } from "./held-rows.js";
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

/** Takes records that were read. */
export interface TakeRecords {
  /** Returns how many of them it had not been given before, by their keys. */
  readonly take: (inputs: readonly KeptInput[]) => number;
  /**
   * Takes the first of them, given by their keys and field by field, as far as no records have to be made for that;
   * none of them was given before. Returns how many; `take` is given the others.
   */
  readonly takeInOrder?: (
    keys: readonly string[],
    values: readonly (readonly CanonicalValue[])[],
    fields: readonly string[],
  ) => number;
}

export interface StageTargetOptions extends IntakeOptions {
  /** Who takes the records of a mapping as they are read; by default the ledger keeps them. */
  readonly into?: ((entity: EntityName, mapping: number) => TakeRecords) | undefined;
  /** Told of the rows of each extract, when all are read. */
  readonly onRows?: ((extract: string, rows: RowsRead) => void) | undefined;
}

/** Records that are kept together: few, so that what is made of them is soon forgotten. */
const atOnce = 500;

/** One mapping's part of reading an extract of the target. */
class Keeping {
  readonly #mapping: InboundMapping;
  readonly #into: TakeRecords;
  readonly #counts = { excluded: 0, kept: 0, unmapped: 0, withIssues: 0, duplicates: 0 };

  constructor(mapping: InboundMapping, into: TakeRecords) {
    this.#mapping = mapping;
    this.#into = into;
  }

  take(batch: SourceBatch): void {
    for (let first = 0; first < batch.rows.length; first += atOnce) {
      const at = batch.at.slice(first, first + atOnce);
      this.#takePage(this.#mapping.page(batch.rows.slice(first, first + atOnce)), at);
    }
    if (batch.rejected.length > 0) this.#putUnmapped(batch.rejected.map(({ at }) => keyOfLine(at)));
  }

  #takePage({ keys: made, values, said }: MappedPage, at: readonly number[]): void {
    const keys = made.map((key, place) => key ?? keyOfLine(at[place]!));
    const sound = (from: number, to: number): void => {
      if (from === to) return;
      if (to - from === keys.length) this.#putMapped(keys, values);
      else
        this.#putMapped(
          keys.slice(from, to),
          values.map((column) => column.slice(from, to)),
        );
    };
    let from = 0;
    for (const place of [...said.keys()].toSorted((a, b) => a - b)) {
      const { excluded, isMapped, issues } = said.get(place)!;
      if (issues.some((issue) => issue.severity === "flag")) this.#counts.withIssues += 1;
      if (isMapped) continue;
      // All stay in the order they came in.
      sound(from, place);
      if (excluded === null) this.#putUnmapped([keys[place]!]);
      else this.#counts.excluded += 1;
      from = place + 1;
    }
    sound(from, keys.length);
  }

  #putUnmapped(keys: readonly string[]): void {
    this.#counts.unmapped += this.#put(keys.map((key) => ({ key, record: null })));
  }

  #putMapped(keys: readonly string[], values: readonly (readonly CanonicalValue[])[]): void {
    const { entity, fields } = this.#mapping;
    const first = this.#into.takeInOrder?.(keys, values, fields) ?? 0;
    this.#counts.kept += first;
    if (first === keys.length) return;
    this.#put(
      keys.slice(first).map((key, i) => ({ key, record: recordAt(entity, fields, values, first + i) })),
    );
  }

  #put(inputs: readonly KeptInput[]): number {
    const kept = this.#into.take(inputs);
    this.#counts.kept += kept;
    this.#counts.duplicates += inputs.length - kept;
    return kept;
  }

  done(counted: number, read: number): TargetCounts {
    const { name: mapping, entity, extract } = this.#mapping;
    return { mapping, entity, extract: extract.name, counted, read, ...this.#counts };
  }
}

/** How an extract of the target is read. */
export interface ReadBackOptions extends IntakeOptions {
  /** Only rows in a range of the extract's key. */
  readonly range?: KeyRange | undefined;
  /** Who takes the records of a mapping. */
  readonly into: (mapping: InboundMapping) => TakeRecords;
  /** Told of the rows as they were read, when all are. */
  readonly onRows?: ((rows: RowsRead) => void) | undefined;
  /** Shown each batch of rows once its records are taken. */
  readonly onBatch?: ((batch: SourceBatch) => Promise<void> | undefined) | undefined;
  /** Done around the taking of a batch; by default nothing. */
  readonly around?: ((take: () => void) => void) | undefined;
}

/** Reads an extract of the target, or a range of it, through inbound mappings. Nothing is written to the ledger. */
export async function readBack(
  side: Side,
  extract: ExtractSpec,
  mappings: readonly InboundMapping[],
  options: ReadBackOptions,
): Promise<readonly TargetCounts[]> {
  const { into, range, onRows, onBatch, around = (take) => take() } = options;
  const digest = new RowsDigest();
  const narrow = range === undefined ? undefined : { range };
  const keepings = mappings.map((mapping) => new Keeping(mapping, into(mapping)));
  const keep = (batch: SourceBatch): void => {
    if (onRows !== undefined) digest.take(batch);
    for (const keeping of keepings) keeping.take(batch);
  };
  const take = (batch: SourceBatch): Promise<void> | undefined => {
    around(() => keep(batch));
    return onBatch?.(batch);
  };
  const read = await readExtract(side, extract, options, take, narrow);
  onRows?.(digest.done());
  const counted = await side.extractor.count(extract, narrow);
  return keepings.map((keeping) => keeping.done(counted, read));
}

/** Enters in the ledger how much was read of an extract. @throws CutoverError `books-unbalanced` where that is not all */
export function noteReadBack(
  ledger: Ledger,
  side: Side,
  moment: Moment,
  extract: ExtractSpec,
  counts: readonly TargetCounts[],
): void {
  ledger.transaction(() => {
    writeTotals(
      ledger,
      side.id,
      moment,
      counts.flatMap(({ entity, mapping, counted, read }) => [
        { entity, measure: `rows counted: ${mapping}`, grouping: {}, value: String(counted) },
        { entity, measure: `rows read: ${mapping}`, grouping: {}, value: String(read) },
      ]),
    );
    ledger.append("target-read", { side: side.name, moment, counts });
  });
  for (const { counted, read } of counts) checkComplete(side, extract, counted, read);
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
  const { into = (entity, mapping) => ({ take: targetWriter(ledger, moment, entity, mapping) }) } = options;
  const { onRows } = options;
  const counts: TargetCounts[] = [];
  const groups = byExtract(side.system, options.entities);
  ledger.transaction(() => {
    for (const entity of new Set([...groups.values()].flat().map((m) => m.entity))) {
      clearTarget(ledger, moment, entity);
    }
  });
  for (const [extract, mappings] of groups) {
    const done = await readBack(side, extract, mappings, {
      ...options,
      into: ({ entity, name }) => into(entity, side.inbound.get(name)!),
      around: (take) => ledger.transaction(take),
      onRows: onRows === undefined ? undefined : (rows) => onRows(extract.name, rows),
    });
    noteReadBack(ledger, side, moment, extract, done);
    counts.push(...done);
  }
  return counts;
}
