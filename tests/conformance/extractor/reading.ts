import type { Extractor, ExtractSpec, RejectedRow, SourceValue } from "@cutover/model";
import { comparable } from "../values.js";
import type { ExtractorMedium, Rows } from "./room.js";

export interface Everything {
  readonly rows: readonly (readonly SourceValue[])[];
  readonly at: readonly number[];
  readonly rejected: readonly RejectedRow[];
  readonly sizes: readonly number[];
}

export async function readAll(
  extractor: Extractor,
  extract: ExtractSpec,
  batchSize?: number,
): Promise<Everything> {
  const rows: (readonly SourceValue[])[] = [];
  const at: number[] = [];
  const rejected: RejectedRow[] = [];
  const sizes: number[] = [];
  for await (const batch of extractor.read(extract, { batchSize })) {
    rows.push(...batch.rows);
    at.push(...batch.at);
    rejected.push(...batch.rejected);
    sizes.push(batch.rows.length);
  }
  return { rows, at, rejected, sizes };
}

/** Rows as the medium hands them over, ready to be compared. */
export const expected = (medium: ExtractorMedium, { columns }: ExtractSpec, rows: Rows): unknown[][] =>
  rows.map((row) =>
    columns.map((column, i) => comparable((medium.reads ?? same)(row[i]!, column), column.type)),
  );

const same = (value: SourceValue): SourceValue => value;

export const ids = (rows: Rows): number[] => rows.map(([id]) => Number(id));
