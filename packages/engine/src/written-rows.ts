import type { Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import { CutoverError, type Loader, type TableSpec, type TargetValue } from "@cutover/model";
import { findRows, keyText, type Key, type TargetRow } from "./load/lookup.js";
import { hashOfRow, keyOfStored, sameInTarget, valuesFromJson } from "./load/target-values.js";

type Values = Readonly<Record<string, TargetValue>>;

/** A target row that a batch wrote or was about to write, as the ledger remembers it. */
export interface RememberedRow {
  readonly record: number;
  readonly table: TableSpec;
  readonly operation: "insert" | "update";
  readonly columns: readonly string[];
  readonly key: Key;
  readonly hash: Buffer | null;
  readonly before: Values | null;
  readonly after: Values | null;
}

interface Stored {
  readonly record: number;
  readonly table: string;
  readonly operation: "insert" | "update";
  readonly columns: string;
  readonly key: string;
  readonly rowKey: string | number;
  readonly hash: Buffer | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** The rows of a batch, the last one first: what hangs on a row comes before it. */
export function rowsOfBatch(ledger: Ledger, system: System, batch: number): readonly RememberedRow[] {
  const tables = new Map(system.tables.map((table) => [table.name, table]));
  const rows = ledger.db
    .prepare(
      `SELECT w.record, s."table", s.operation, s.columns, s.key, w.rowKey, w.hash, w.before, w.after
       FROM written w JOIN shape s ON s.id = w.shape WHERE w.batch = ? ORDER BY w.n DESC`,
    )
    .all(batch) as Stored[];
  return rows.map(({ rowKey, ...row }) => {
    const table = tables.get(row.table);
    if (table === undefined) {
      throw new CutoverError("target-schema", `${system.name} no longer declares the table ${row.table}`, {
        remedy: "Declare it again: rows of it were written that have to be looked at.",
      });
    }
    return {
      ...row,
      table,
      columns: JSON.parse(row.columns) as string[],
      key: keyOfStored(JSON.parse(row.key) as string[], rowKey),
      before: row.before === null ? null : valuesFromJson(row.before),
      after: row.after === null ? null : valuesFromJson(row.after),
    };
  });
}

/**
 * What the target has of remembered rows now, once nothing is under way any more that a lost connection
 * left behind: one query a table and kind of key; with columns besides those written.
 */
export async function currentRows(
  loader: Loader,
  rows: readonly RememberedRow[],
  besides: (row: RememberedRow) => readonly string[] = () => [],
): Promise<ReadonlyMap<RememberedRow, TargetRow>> {
  const groups = new Map<string, RememberedRow[]>();
  for (const row of rows) {
    const name = `${row.table.name} ${Object.keys(row.key).join(" ")}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  const current = new Map<RememberedRow, TargetRow>();
  for (const group of groups.values()) {
    const { table, key } = group[0]!;
    const by = Object.keys(key);
    const columns = [...new Set(group.flatMap((row) => [...row.columns, ...besides(row)]))];
    const found = await findRows(
      loader,
      table,
      by,
      group.map((row) => row.key),
      columns,
      { settled: true },
    );
    for (const row of group) {
      const there = found.get(keyText(table, by, row.key));
      if (there !== undefined) current.set(row, there);
    }
  }
  return current;
}

/** Whether the written columns of the inserted row are still exactly what was written. */
export const isAsWritten = (row: RememberedRow, current: TargetRow): boolean =>
  row.hash !== null && hashOfRow(row.table, row.columns, current).equals(row.hash);

/** Whether the columns of an image are what the target has. */
export const holds = (row: RememberedRow, image: Values, current: TargetRow): boolean =>
  Object.entries(image).every(([column, value]) =>
    sameInTarget(row.table, column, value, current[column] ?? null),
  );
