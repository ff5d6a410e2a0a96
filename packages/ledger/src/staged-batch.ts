import {
  encodeValue,
  entities,
  rowHash,
  type CanonicalRecord,
  type Disposition,
  type EntityName,
  type IssueCode,
} from "@cutover/model";
import type { IssueStage } from "./issues.js";

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
export type OfRecord<T> = T & { readonly place: number };

/**
 * Records of one mapping, as they are staged: field by field, so that a batch is a few long lists, cheap to
 * make, to hand to another thread and to write.
 */
export interface StagedBatch {
  readonly keys: readonly string[];
  /** Line or record numbers. */
  readonly at: readonly number[];
  /** Fields that a record of the batch has a value of, and their encoded values, null where there is none. */
  readonly columns: readonly {
    readonly field: string;
    readonly values: readonly (string | number | null)[];
  }[];
  /** Content hashes, 16 bytes a record; zeros where there is no canonical form. */
  readonly hashes: Uint8Array;
  /** Records without a canonical form. */
  readonly unmapped: readonly number[];
  /** Records that ended already. */
  readonly ends: readonly OfRecord<Pick<StagedInput, "disposition" | "reason">>[];
  readonly issues: readonly OfRecord<StagedInput["issues"][number]>[];
}

export const hashBytes = 16;

/** Makes a batch of an entity's records, one by one. */
export class BatchMaker {
  readonly #fields;
  readonly #columns: ((string | number | null)[] | null)[];
  readonly #keys: string[] = [];
  readonly #at: number[] = [];
  readonly #hashes: Buffer;
  readonly #unmapped: number[] = [];
  readonly #ends: StagedBatch["ends"][number][] = [];
  readonly #issues: StagedBatch["issues"][number][] = [];

  /** `most`: how many records it will be given at most. */
  constructor(entity: EntityName, most: number) {
    this.#fields = Object.entries(entities[entity].fields).map(([name, { kind }]) => ({ name, kind }));
    this.#columns = this.#fields.map(() => null);
    this.#hashes = Buffer.alloc(most * hashBytes);
  }

  add({ key, at, record, disposition, reason, issues }: StagedInput): void {
    const place = this.#keys.length;
    this.#keys.push(key);
    this.#at.push(at);
    if (disposition !== null) this.#ends.push({ place, disposition, reason });
    for (const issue of issues) this.#issues.push({ ...issue, place });
    if (record === null) this.#leaveOut(place);
    else this.#encode(place, record);
  }

  done(): StagedBatch {
    return {
      keys: this.#keys,
      at: this.#at,
      columns: this.#columns.flatMap((values, i) =>
        values === null ? [] : [{ field: this.#fields[i]!.name, values }],
      ),
      hashes: this.#hashes.subarray(0, this.#keys.length * hashBytes),
      unmapped: this.#unmapped,
      ends: this.#ends,
      issues: this.#issues,
    };
  }

  #encode(place: number, record: CanonicalRecord): void {
    const row: (string | number | null)[] = [];
    for (let i = 0; i < this.#fields.length; i += 1) {
      const { name, kind } = this.#fields[i]!;
      const value = record[name] ?? null;
      const encoded = typeof value === "string" ? value : encodeValue(kind, value);
      row.push(encoded);
      const column = this.#columns[i];
      if (column !== null) column!.push(encoded);
      else if (encoded !== null) (this.#columns[i] = nulls(place)).push(encoded);
    }
    this.#hashes.write(rowHash(row), place * hashBytes, "hex");
  }

  #leaveOut(place: number): void {
    this.#unmapped.push(place);
    for (const column of this.#columns) column?.push(null);
  }
}

function nulls(count: number): (string | number | null)[] {
  const values: null[] = [];
  for (let i = 0; i < count; i += 1) values.push(null);
  return values;
}

/** A batch of these records. */
export function batchOf(entity: EntityName, inputs: readonly StagedInput[]): StagedBatch {
  const maker = new BatchMaker(entity, inputs.length);
  for (const input of inputs) maker.add(input);
  return maker.done();
}
