import type { Statement } from "better-sqlite3";
import type { Ledger } from "./ledger.js";

/** Values of a row, in the order of the columns. */
export type InsertedRow = readonly (string | number | bigint | Uint8Array | null)[];

/** Rows a statement: more of them are no faster, and the statement stays small. */
const rowsPerInsert = 50;

/**
 * A function that inserts any number of rows, many to a statement, and returns how many were inserted
 * (fewer than given only where `conflict` says so). Call it inside large transactions.
 */
export function bulkInsert(
  ledger: Ledger,
  table: string,
  columns: readonly string[],
  conflict = "",
): (rows: readonly InsertedRow[]) => number {
  const names = columns.map((name) => `"${name}"`).join(", ");
  const one = `(${columns.map(() => "?").join(", ")})`;
  const statements: (Statement | undefined)[] = [];
  const insert = (count: number): Statement =>
    (statements[count] ??= ledger.db.prepare(
      `INSERT INTO "${table}" (${names}) VALUES ${Array.from({ length: count }, () => one).join(", ")} ${conflict}`,
    ));
  return (rows) => {
    let inserted = 0;
    for (let first = 0; first < rows.length; first += rowsPerInsert) {
      const end = Math.min(first + rowsPerInsert, rows.length);
      const values: InsertedRow[number][] = [];
      for (let i = first; i < end; i += 1) {
        const row = rows[i]!;
        for (let k = 0; k < row.length; k += 1) values.push(row[k]!);
      }
      inserted += insert(end - first).run(values).changes;
    }
    return inserted;
  };
}
