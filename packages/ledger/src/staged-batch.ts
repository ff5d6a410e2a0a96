import type { CanonicalRecord, CanonicalValue, Disposition, EntityName, IssueCode } from "@cutover/model";
import type { IssueStage } from "./issues.js";
import { columnsOf, columnsOfRecords, hashesOf, type Columns } from "./record-columns.js";

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

/** What is said of a record of a batch: of most nothing. */
export interface Said extends Pick<StagedInput, "disposition" | "reason" | "issues"> {
  readonly place: number;
  /** Whether it has a canonical form. */
  readonly isMapped: boolean;
}

type Listed = Pick<StagedBatch, "keys" | "at"> & {
  /** In the order of their places. */
  readonly said: readonly Said[];
};

function batchOfColumns(entity: EntityName, columns: Columns, { keys, at, said }: Listed): StagedBatch {
  return {
    ...columns,
    hashes: hashesOf(entity, columns, keys.length),
    keys,
    at,
    unmapped: said.flatMap(({ place, isMapped }) => (isMapped ? [] : [place])),
    ends: said.flatMap(({ place, disposition, reason }) =>
      disposition === null ? [] : [{ place, disposition, reason }],
    ),
    issues: said.flatMap(({ place, issues }) => issues.map((issue) => ({ ...issue, place }))),
  };
}

/** A batch of records whose values are given field by field. */
export const batchOfPage = (
  entity: EntityName,
  fields: readonly string[],
  { values, ...listed }: Listed & { readonly values: readonly (readonly CanonicalValue[])[] },
): StagedBatch => batchOfColumns(entity, columnsOf(entity, fields, values), listed);

/** A batch of these records. */
export function batchOf(entity: EntityName, inputs: readonly StagedInput[]): StagedBatch {
  const columns = columnsOfRecords(
    entity,
    inputs.map(({ record }) => record),
  );
  return batchOfColumns(entity, columns, {
    keys: inputs.map(({ key }) => key),
    at: inputs.map(({ at }) => at),
    said: inputs.map((input, place) => ({ ...input, place, isMapped: input.record !== null })),
  });
}
