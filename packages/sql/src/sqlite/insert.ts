import { insertValues } from "../insert-values.js";
import type { Outcome, Parameter } from "../session.js";
import type { TableShape } from "../shape.js";
import { sqlite } from "./dialect.js";
import { toDriver } from "./types.js";

type Value = ReturnType<typeof toDriver>;

/** Whether a column makes integers of whole numbers, as the driver binds them: as doubles. */
const hasIntegerAffinity = (declared: string): boolean => /INT/i.test(declared);

/** Inserts rows by statements of several: a call each into SQLite would cost as much as the writing. */
export function insertRows(
  table: TableShape,
  columns: readonly string[],
  rows: readonly (readonly Parameter[])[],
  run: (sql: string, parameters: Value[]) => number,
): Promise<Outcome> {
  const whole = columns.map((name) =>
    hasIntegerAffinity(table.columns.find((c) => c.name === name)?.nativeType ?? ""),
  );
  return insertValues(sqlite, Infinity, table, columns, rows, (sql, chunk) => {
    const values: Value[] = [];
    for (const row of chunk) {
      for (let i = 0; i < row.length; i++) {
        const value = row[i]!;
        values.push(typeof value === "number" && whole[i] === true ? value : toDriver(value));
      }
    }
    return { affected: run(sql, values), warnings: [] };
  });
}
