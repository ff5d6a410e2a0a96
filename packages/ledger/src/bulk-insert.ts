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
  /** What is told once, by its column: see `Once`. */
  readonly once?: Readonly<Record<string, number | Uint8Array>> | undefined;
}

/** Columns that are told once for all rows: to hand a value over takes a tenth of what it takes to insert a row. */
interface Once {
  /** Have the same number in every row. */
  readonly same?: readonly string[] | undefined;
  /** Go up by one from row to row: that of the first is told. */
  readonly counted?: readonly string[] | undefined;
  /** Bytes, so many in each row: told one after the other. */
  readonly bytes?: Readonly<Record<string, number>> | undefined;
}

export interface BulkOptions {
  /** What becomes of a row that is there: `ON CONFLICT ...`. */
  readonly conflict?: string | undefined;
  /** Columns that have the same number in every row, whatever is inserted. */
  readonly fixed?: Readonly<Record<string, number>> | undefined;
  readonly once?: Once | undefined;
}

/** A row in SQL, by its place among those of a statement. */
function rowSql(columns: number, fixed: readonly number[], { same = [], counted = [], bytes = {} }: Once) {
  const before = [...Array.from({ length: columns }, () => "?"), ...fixed, ...same.map((name) => `@${name}`)];
  return (n: number): string => {
    const cut = Object.entries(bytes).map(([name, size]) => `substr(@${name}, ${n * size + 1}, ${size})`);
    return `(${[...before, ...counted.map((name) => `@${name} + ${n}`), ...cut].join(", ")})`;
  };
}

/** What is told once, as the rows from `first` to `end` want it. */
function onceOf(
  told: NonNullable<RowSource["once"]>,
  { counted = [], bytes = {} }: Once,
  first: number,
  end: number,
) {
  const of: Record<string, number | Uint8Array> = { ...told };
  for (const name of counted) of[name] = (told[name] as number) + first;
  for (const [name, size] of Object.entries(bytes))
    of[name] = (told[name] as Uint8Array).subarray(first * size, end * size);
  return of;
}

/**
 * A function that inserts any number of rows, many to a statement, and returns how many were inserted
 * (fewer than given only where `conflict` says so). Call it inside large transactions.
 */
export function bulkInsert(
  ledger: Ledger,
  table: string,
  columns: readonly string[],
  { conflict = "", fixed = {}, once = {} }: BulkOptions = {},
): (rows: readonly InsertedRow[] | RowSource) => number {
  const { same = [], counted = [], bytes = {} } = once;
  const names = [...columns, ...Object.keys(fixed), ...same, ...counted, ...Object.keys(bytes)];
  const into = names.map((name) => `"${name}"`).join(", ");
  const row = rowSql(columns.length, Object.values(fixed), once);
  const statements: (Statement | undefined)[] = [];
  const insert = (count: number): Statement =>
    (statements[count] ??= ledger.db.prepare(
      `INSERT INTO "${table}" (${into}) VALUES ${Array.from({ length: count }, (_, n) => row(n)).join(", ")} ${conflict}`,
    ));
  return (rows) => {
    const { length, put, once: told } = "put" in rows ? rows : sourceOf(rows);
    let inserted = 0;
    for (let first = 0; first < length; first += rowsPerInsert) {
      const end = Math.min(first + rowsPerInsert, length);
      const values: InsertedRow[number][] = [];
      for (let i = first; i < end; i += 1) put(values, i);
      const statement = insert(end - first);
      const { changes } =
        told === undefined ? statement.run(values) : statement.run(values, onceOf(told, once, first, end));
      inserted += changes;
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
