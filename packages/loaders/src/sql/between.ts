import type { SourceValue, TableSpec } from "@cutover/model";
import { conformers, quoteName, type Session, type TableShape } from "@cutover/sql";
import { columnOf } from "./shapes.js";

/** The rows whose whole number in `by` lies within a range, in its order. */
export async function rowsBetween(
  session: Session,
  table: TableSpec,
  shape: TableShape,
  by: string,
  [least, greatest]: readonly [number, number],
  columns: readonly string[],
): Promise<readonly (readonly SourceValue[])[]> {
  const place = (n: number): string => session.dialect.placeholder(n);
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const conforming = columns.map((name) => conformers[types.get(name) ?? columnOf(shape, name).type]);
  const selected = columns.map((name) => quoteName(columnOf(shape, name).name)).join(", ");
  const key = quoteName(columnOf(shape, by).name);
  const rows = await session.select(
    `SELECT ${selected} FROM ${quoteName(shape.table)} WHERE ${key} BETWEEN ${place(1)} AND ${place(2)} ORDER BY ${key}`,
    [least, greatest],
  );
  return rows.map((row) => {
    const conformed: SourceValue[] = [];
    for (let i = 0; i < conforming.length; i += 1) {
      const value = row[i]!;
      conformed.push(value === null ? null : conforming[i]!(value));
    }
    return conformed;
  });
}
