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

/**
 * Keys one statement looks for. A list's text grows with them, and some servers plan lists of a thousand
 * and more in another way; arrays have no such bounds.
 */
export const keysPerStatement = (dialect: Dialect, width: number): number =>
  dialect.takesArrays
    ? 20_000
    : Math.max(1, 2 ** Math.floor(Math.log2(Math.min(512, dialect.maxParameters / width))));

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

/** Texts of statements by what they ask for, as long as a table's shape is known: building one takes its time. */
const texts = new WeakMap<TableShape, Map<string, string>>();

function byList(
  dialect: Dialect,
  shape: TableShape,
  by: readonly string[],
  present: readonly number[],
  nulls: readonly string[],
  keys: Keys,
  columns: readonly string[],
): LookUp {
  // Filled up with the last key, so that there are few texts, which the database has to understand as well.
  const full = present.length === 0 ? 1 : 2 ** Math.ceil(Math.log2(keys.length));
  const parameters: Parameter[] = [];
  for (let i = 0; i < full; i++) {
    const key = keys[Math.min(i, keys.length - 1)]!;
    for (const place of present) parameters.push(key[place] ?? null);
  }
  const known = texts.get(shape) ?? new Map<string, string>();
  texts.set(shape, known);
  const names = present.map((i) => by[i]!);
  const asked = JSON.stringify([dialect.name, names, nulls, columns, full]);
  let sql = known.get(asked);
  if (sql === undefined) known.set(asked, (sql = listText(dialect, shape, names, nulls, full, columns)));
  return { sql, parameters };
}

function listText(
  dialect: Dialect,
  shape: TableShape,
  by: readonly string[],
  nulls: readonly string[],
  keys: number,
  columns: readonly string[],
): string {
  const build = builder(dialect);
  // knex takes a raw name wherever it takes a name, which its types do not say.
  const name = (column: string): string => named(build, column) as unknown as string;
  const query = build(named(build, shape.table)).select(columns.map((column) => named(build, column)));
  for (const column of nulls) query.whereNull(name(column));
  // The values are the caller's; these stand for them.
  const one = Array.from({ length: keys }, () => "");
  if (by.length === 1) query.whereIn(name(by[0]!), one);
  else if (by.length > 1) {
    query.whereIn(
      by.map(name),
      one.map(() => by.map(() => "")),
    );
  }
  return compiled(query);
}
