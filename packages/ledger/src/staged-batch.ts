import type { CanonicalRecord, CanonicalValue, Disposition, EntityName, IssueCode } from "@cutover/model";
import type { IssueStage } from "./issues.js";
import { hashesOf, RecordColumns, type Columns } from "./record-columns.js";

/** One pair of source record and mapping, on its way into the ledger. */
export interface StagedInput {
  readonly key: string;
  /** Line or record number in the extract. */
  readonly at: number;
  /** Null where the row was excluded or could not be mapped. */
  readonly record: CanonicalRecord | null;
  readonly disposition: Extract<Disposition, "excluded" | "flagged"> | null;
  readonly reason: string | null;
  readonly issues: readonly {
    readonly code: IssueCode;
    readonly severity: "flag" | "warning";
    readonly stage: IssueStage;
    readonly field: string | null;
    readonly note: string | null;
    readonly raw?: string | null | undefined;
  }[];
}

/** What is said of one record of a batch, by its place. */
type OfRecord<T> = T & { readonly place: number };

/**
 * Records of one mapping, as they are staged: field by field, so that a batch is a few long lists, cheap to
 * make, to hand to another thread and to write.
 */
export interface StagedBatch extends Columns {
  /** Content hashes, 16 bytes a record; of no meaning where there is no canonical form. */
  readonly hashes: Uint8Array;
  readonly keys: readonly string[];
  /** Line or record numbers. */
  readonly at: readonly number[];
  /** Records without a canonical form. */
  readonly unmapped: readonly number[];
  /** Records that ended already. */
  readonly ends: readonly OfRecord<Pick<StagedInput, "disposition" | "reason">>[];
  readonly issues: readonly OfRecord<StagedInput["issues"][number]>[];
}

/** Makes a batch of an entity's records, one by one. */
export class BatchMaker {
  readonly #entity: EntityName;
  readonly #records: RecordColumns;
  readonly #keys: string[] = [];
  readonly #at: number[] = [];
  readonly #unmapped: number[] = [];
  readonly #ends: StagedBatch["ends"][number][] = [];
  readonly #issues: StagedBatch["issues"][number][] = [];

  /** `fields`: those that records may have values of. */
  constructor(entity: EntityName, fields?: readonly string[]) {
    this.#entity = entity;
    this.#records = new RecordColumns(entity, fields);
  }

  /** Adds a record of which nothing more is to be said, by the values of the fields; most are such. */
  addSound(key: string, at: number, values: readonly CanonicalValue[]): void {
    this.#keys.push(key);
    this.#at.push(at);
    this.#records.addValues(values);
  }

  add({ key, at, record, disposition, reason, issues }: StagedInput): void {
    const place = this.#keys.length;
    this.#keys.push(key);
    this.#at.push(at);
    this.#records.add(record);
    if (record === null) this.#unmapped.push(place);
    if (disposition !== null) this.#ends.push({ place, disposition, reason });
    for (const issue of issues) this.#issues.push({ ...issue, place });
  }

  done(): StagedBatch {
    const columns = this.#records.done();
    return {
      ...columns,
      hashes: hashesOf(this.#entity, columns, this.#keys.length),
      keys: this.#keys,
      at: this.#at,
      unmapped: this.#unmapped,
      ends: this.#ends,
      issues: this.#issues,
    };
  }
}

/** A batch of these records. */
export function batchOf(entity: EntityName, inputs: readonly StagedInput[]): StagedBatch {
  const maker = new BatchMaker(entity);
  for (const input of inputs) maker.add(input);
  return maker.done();
}
