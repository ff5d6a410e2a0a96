import type { Column, ColumnType, SourceValue } from "@cutover/model";
import type { TestDatabase } from "@cutover/testkit";

type Engine = TestDatabase["engine"];

/** What a type is called. */
const types: Readonly<Record<Engine, Readonly<Record<ColumnType, string>>>> = {
  sqlite: {
    text: "TEXT",
    integer: "BIGINT",
    decimal: "DECIMAL(30,10)",
    float: "DOUBLE",
    boolean: "BOOLEAN",
    date: "DATE",
    time: "DATETIME",
    bytes: "BLOB",
    json: "JSON",
  },
  postgresql: {
    text: "TEXT",
    integer: "BIGINT",
    decimal: "NUMERIC(30,10)",
    float: "DOUBLE PRECISION",
    boolean: "BOOLEAN",
    date: "DATE",
    time: "TIMESTAMP",
    bytes: "BYTEA",
    json: "JSON",
  },
  mariadb: {
    text: "LONGTEXT",
    integer: "BIGINT",
    decimal: "DECIMAL(30,10)",
    float: "DOUBLE",
    boolean: "BOOLEAN",
    date: "DATE",
    time: "DATETIME",
    bytes: "LONGBLOB",
    json: "JSON",
  },
};

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** How a column is declared. */
export const declared = (engine: Engine, { name, type, maxLength, nullable }: Column): string => {
  const called = type === "text" && maxLength !== undefined ? `VARCHAR(${maxLength})` : types[engine][type];
  return `${quoted(name)} ${called}${nullable ? "" : " NOT NULL"}`;
};

/** A value as it is written in a statement. */
function literal(value: SourceValue, engine: Engine): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString("hex");
    return engine === "postgresql" ? `'\\x${hex}'` : `X'${hex}'`;
  }
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return String(value);
}

/** Statements that write rows, none of them longer than servers take. */
export function* inserts(
  engine: Engine,
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly SourceValue[])[],
): Generator<string> {
  const head = `INSERT INTO ${quoted(table)} (${columns.map(({ name }) => quoted(name)).join(", ")}) VALUES `;
  let values: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = `(${row.map((value) => literal(value, engine)).join(", ")})`;
    values.push(text);
    length += text.length;
    if (values.length < 500 && length < 1_000_000) continue;
    yield head + values.join(", ");
    values = [];
    length = 0;
  }
  if (values.length > 0) yield head + values.join(", ");
}
