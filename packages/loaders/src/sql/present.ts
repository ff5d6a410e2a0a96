import type { SourceValue, TargetValue } from "@cutover/model";
import { quoteName, type Parameter, type Session, type TableShape } from "@cutover/sql";
import { encoderOf } from "./encode.js";
import { keysPerStatement, lookUp } from "./look-up.js";
import { columnOf } from "./shapes.js";

/** Which of the values a column holds: the database says each once, so memory is bounded by what is asked. */
export async function presentValues(
  session: Session,
  shape: TableShape,
  column: string,
  values: readonly TargetValue[],
): Promise<readonly SourceValue[]> {
  const encode = encoderOf(columnOf(shape, column), shape.table);
  const keys = values.flatMap((value): (readonly Parameter[])[] => {
    try {
      return value === null ? [] : [[encode(value)]];
    } catch {
      // What the column cannot hold is not in it.
      return [];
    }
  });
  const most = keysPerStatement(session.dialect, 1);
  const found: SourceValue[] = [];
  for (let i = 0; i < keys.length; i += most) {
    const { sql, parameters } = lookUp(session.dialect, shape, [column], keys.slice(i, i + most), [column]);
    const rows = await session.select(sql.replace(/^select /i, "SELECT DISTINCT "), parameters);
    for (const row of rows) found.push(row[0] ?? null);
  }
  return found;
}

/** The tables of others that have rows: an empty one is asked once, and then left alone. */
export async function tablesWithRows(
  session: Session,
  prefix: string,
  columns: readonly string[],
): Promise<readonly { readonly table: string; readonly column: string }[]> {
  const found = (await session.tablesWith(columns)).filter(({ table }) => table.startsWith(prefix));
  const filled = new Map<string, boolean>();
  for (const { table } of found) {
    if (filled.has(table)) continue;
    const rows = await session.query(`SELECT 1 AS one FROM ${quoteName(table)} LIMIT 1`);
    filled.set(table, rows.length > 0);
  }
  return found.filter(({ table }) => filled.get(table) === true);
}
