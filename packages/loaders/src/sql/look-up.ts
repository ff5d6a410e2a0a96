import {
  builder,
  compiled,
  named,
  quoteName,
  type Dialect,
  type Parameter,
  type QueryParameter,
  type TableShape,
} from "@cutover/sql";
import { columnOf } from "./shapes.js";

export interface LookUp {
  readonly sql: string;
  readonly parameters: readonly QueryParameter[];
}

type Keys = readonly (readonly Parameter[])[];

/**
 * The statement that finds rows by keys, all of which are null in the same columns. Where keys can
 * be handed over as arrays the server joins with them; a long list would be planned term by term.
 */
export function lookUp(
  dialect: Dialect,
  shape: TableShape,
  by: readonly string[],
  keys: Keys,
  columns: readonly string[],
): LookUp {
  const present = by.flatMap((_, i) => ((keys[0]?.[i] ?? null) === null ? [] : [i]));
  const nulls = by.filter((_, i) => !present.includes(i));
  return dialect.takesArrays && present.length > 0
    ? byArrays(shape, by, present, nulls, keys, columns)
    : byList(dialect, shape, by, present, nulls, keys, columns);
}

function byArrays(
  shape: TableShape,
  by: readonly string[],
  present: readonly number[],
  nulls: readonly string[],
  keys: Keys,
  columns: readonly string[],
): LookUp {
  const types = present.map((i, k) => `$${k + 1}::${columnOf(shape, by[i]!).elementType}[]`);
  const names = present.map((i) => `target.${quoteName(by[i]!)}`);
  // One column goes without a join, which leaves the planner nothing but the index.
  const join =
    present.length === 1
      ? ""
      : ` CROSS JOIN unnest(${types.join(", ")}) AS given(${present.map((i) => `c${i}`).join(", ")})`;
  const conditions = [
    ...names.map((name, k) =>
      join === "" ? `${name} = ANY (${types[k]})` : `${name} = given.c${present[k]}`,
    ),
    ...nulls.map((name) => `target.${quoteName(name)} IS NULL`),
  ];
  const selected = columns.map((name) => `target.${quoteName(name)}`).join(", ");
  return {
    sql: `SELECT ${selected} FROM ${quoteName(shape.table)} AS target${join} WHERE ${conditions.join(" AND ")}`,
    parameters: present.map((i) => keys.map((key) => key[i] ?? null)),
  };
}

function byList(
  dialect: Dialect,
  shape: TableShape,
  by: readonly string[],
  present: readonly number[],
  nulls: readonly string[],
  keys: Keys,
  columns: readonly string[],
): LookUp {
  const build = builder(dialect);
  // knex takes a raw name wherever it takes a name, which its types do not say.
  const name = (column: string): string => named(build, column) as unknown as string;
  const query = build(named(build, shape.table)).select(columns.map((column) => named(build, column)));
  for (const column of nulls) query.whereNull(name(column));
  const names = present.map((i) => name(by[i]!));
  if (names.length === 1) {
    query.whereIn(
      names[0]!,
      keys.map((key) => key[present[0]!] as string),
    );
  } else if (names.length > 1) {
    query.whereIn(
      names,
      keys.map((key) => present.map((i) => key[i] as string)),
    );
  }
  return compiled(query);
}
