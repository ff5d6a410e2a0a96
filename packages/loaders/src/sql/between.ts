import type { SourceValue, TableSpec } from "@cutover/model";
import { conformers, conforms, quoteName, type Session, type TableShape } from "@cutover/sql";
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
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const { dialect } = session;
  const conforming = columns.flatMap((name, i) => {
    const { type } = columnOf(shape, name);
    const declared = types.get(name) ?? type;
    return dialect.typesValues && conforms(type, declared) ? [] : [[i, conformers[declared]] as const];
  });
  const selected = columns.map((name) => quoteName(columnOf(shape, name).name)).join(", ");
  const key = quoteName(columnOf(shape, by).name);
  const all = `SELECT ${selected} FROM ${quoteName(shape.table)}`;
  const query = (from: string, to: string): string =>
    `${all} WHERE ${key} BETWEEN ${from} AND ${to} ORDER BY ${key}`;
  const rows =
    session.copyOut === undefined
      ? await session.select(query(dialect.placeholder(1), dialect.placeholder(2)), [least, greatest])
      : await session.copyOut(query(String(least), String(greatest)), all);
  return rows.map((row) => conformed(row, conforming));
}

type Conforming = readonly (readonly [place: number, conform: (value: SourceValue) => SourceValue])[];

/** The row with values of the declared types; it is used up. */
function conformed(row: readonly SourceValue[], conforming: Conforming): readonly SourceValue[] {
  const values = row as SourceValue[];
  for (let i = 0; i < conforming.length; i += 1) {
    const [place, conform] = conforming[i]!;
    const value = values[place]!;
    if (value !== null) values[place] = conform(value);
  }
  return values;
}
