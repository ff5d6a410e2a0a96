import { CutoverError, type ExtractSpec, type KeyRange, type Narrow } from "@cutover/model";
import { quoteName } from "@cutover/sql";

/** A value as SQL that every engine reads alike: sessions see to it that a backslash is one. */
export function literal(value: string | number | bigint): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  if (typeof value === "string" && isLiteral(value)) return `'${value.replaceAll("'", "''")}'`;
  throw new CutoverError("internal", "a value cannot be asked for", { stage: "extract" });
}

export const isLiteral = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

function conditions({ since, keys, range }: Narrow): string {
  const all: string[] = [];
  if (since !== undefined) {
    const column = quoteName(since.column);
    all.push(`(${column} >= ${literal(since.value)} OR ${column} IS NULL)`);
  }
  if (keys !== undefined) all.push(among(keys.columns, keys.values));
  if (range !== undefined) all.push(...within(range));
  return all.length === 0 ? "" : `\nWHERE ${all.join(" AND ")}`;
}

function within({ column, above, upto }: KeyRange): string[] {
  const name = quoteName(column);
  const isUpto = upto === null ? null : `${name} <= ${literal(upto)}`;
  if (above !== null) return [`${name} > ${literal(above)}`, ...(isUpto === null ? [] : [isUpto])];
  return isUpto === null ? [] : [`(${isUpto} OR ${name} IS NULL)`];
}

/** Rows with one of these values. One column is a plain list; of several, not every engine knows lists. */
function among(columns: readonly string[], values: readonly (readonly (string | number)[])[]): string {
  const [only] = columns;
  if (values.length === 0 || only === undefined) return "1 = 0";
  if (columns.length === 1) return `${quoteName(only)} IN (${values.map(([v]) => literal(v!)).join(", ")})`;
  const is = (row: readonly (string | number)[]): string =>
    columns.map((name, i) => `${quoteName(name)} = ${literal(row[i]!)}`).join(" AND ");
  return `(${values.map((row) => `(${is(row)})`).join(" OR ")})`;
}

/** The query of a part of an extract, and the columns it gives. */
export function narrowed(
  extract: ExtractSpec,
  sql: string,
  narrow: Narrow | undefined,
): { readonly extract: ExtractSpec; readonly sql: string } {
  if (narrow === undefined) return { extract, sql };
  const columns =
    narrow.only === undefined
      ? extract.columns
      : narrow.only.map((name) => extract.columns.find((column) => column.name === name)!);
  const names = columns.map(({ name }) => quoteName(name)).join(", ");
  const order = extract.key.map(quoteName).join(", ");
  return {
    extract: { ...extract, columns },
    // On lines of its own, so that a comment at the end of the extract ends there.
    sql: `SELECT ${names} FROM (\n${sql}\n) narrowed${conditions(narrow)}\nORDER BY ${order}`,
  };
}
