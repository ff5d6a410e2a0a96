import type { Statement } from "better-sqlite3";
import type { Ledger } from "./ledger.js";

/** Values of a row, in the order of the columns. */
export type InsertedRow = readonly (string | number | bigint | Uint8Array | null)[];

/** Rows a statement: more of them are no faster, and the statement stays small. */
const rowsPerInsert = 50;

/** Rows that are made as they are inserted: no lists of their own. */
export interface RowSource {
  readonly length: number;
  /** Appends the values of the row at a place. */
  readonly put: (values: InsertedRow[number][], place: number) => void;
}

export interface BulkOptions {
  /** What becomes of a row that is there: `ON CONFLICT ...`. */
  readonly conflict?: string | undefined;
  /** Columns that have the same number in every row. */
  readonly fixed?: Readonly<Record<string, number>> | undefined;
}

/**
 * A function that inserts any number of rows, many to a statement, and returns how many were inserted
 * (fewer than given only where `conflict` says so). Call it inside large transactions.
 */
export function bulkInsert(
  ledger: Ledger,
  table: string,
  columns: readonly string[],
  { conflict = "", fixed = {} }: BulkOptions = {},
): (rows: readonly InsertedRow[] | RowSource) => number {
  const names = [...columns, ...Object.keys(fixed)].map((name) => `"${name}"`).join(", ");
  const one = `(${[...columns.map(() => "?"), ...Object.values(fixed)].join(", ")})`;
  const statements: (Statement | undefined)[] = [];
  const insert = (count: number): Statement =>
    (statements[count] ??= ledger.db.prepare(
      `INSERT INTO "${table}" (${names}) VALUES ${Array.from({ length: count }, () => one).join(", ")} ${conflict}`,
    ));
  return (rows) => {
    const { length, put } = "put" in rows ? rows : sourceOf(rows);
    let inserted = 0;
    for (let first = 0; first < length; first += rowsPerInsert) {
      const end = Math.min(first + rowsPerInsert, length);
      const values: InsertedRow[number][] = [];
      for (let i = first; i < end; i += 1) put(values, i);
      inserted += insert(end - first).run(values).changes;
    }
    return inserted;
  };
}

const sourceOf = (rows: readonly InsertedRow[]): RowSource => ({
  length: rows.length,
  put: (values, place) => {
    const row = rows[place]!;
    for (let k = 0; k < row.length; k += 1) values.push(row[k]!);
  },
});
