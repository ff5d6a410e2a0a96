import type { SystemDef, TableColumnDef, TableDef } from "./definition.js";

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function defaultOf(column: TableColumnDef): string {
  const value = column.default;
  if (value === undefined || value === null) return "";
  return ` DEFAULT ${typeof value === "number" ? value : `'${value.replaceAll("'", "''")}'`}`;
}

/** What the real target computes as a default, nobody computes here. */
const mayBeNull = (column: TableColumnDef): boolean =>
  column.nullable || (column.hasDefault === true && column.default === undefined);

/** SQLite's affinities lie in the types' names; what it does not know it takes as it comes. */
function sqliteType(column: TableColumnDef): string {
  switch (column.type) {
    case "integer":
    case "boolean":
      return "INTEGER";
    case "decimal":
      return "NUMERIC";
    case "float":
      return "REAL";
    case "bytes":
      return "BLOB";
    default:
      return "TEXT";
  }
}

/** DDL of declared tables, for scratch databases that stand in for a target. */
export function createTables(tables: Iterable<TableDef>, _dialect: "sqlite"): readonly string[] {
  return [...tables].map(({ spec, columns }) => {
    const lines = [...columns.values()].map((column) =>
      column.name === spec.id
        ? `${quote(column.name)} INTEGER PRIMARY KEY AUTOINCREMENT`
        : `${quote(column.name)} ${sqliteType(column)}${mayBeNull(column) ? "" : " NOT NULL"}${defaultOf(column)}`,
    );
    return `CREATE TABLE ${quote(spec.table)} (\n  ${lines.join(",\n  ")}\n)`;
  });
}

const literal = (value: string | number | boolean | null): string =>
  value === null
    ? "NULL"
    : typeof value === "string"
      ? `'${value.replaceAll("'", "''")}'`
      : String(Number(value));

/** Rows a target holds before anything is loaded, as statements. */
export function freshRows(
  fresh: SystemDef["fresh"],
  tables: ReadonlyMap<string, TableDef>,
  _dialect: "sqlite",
): readonly string[] {
  return [...fresh].flatMap(([name, rows]) =>
    rows.map((row) => {
      const columns = Object.keys(row);
      const values = columns.map((column) => literal(row[column] ?? null));
      const table = quote(tables.get(name)?.spec.table ?? name);
      return `INSERT INTO ${table} (${columns.map(quote).join(", ")}) VALUES (${values.join(", ")})`;
    }),
  );
}
