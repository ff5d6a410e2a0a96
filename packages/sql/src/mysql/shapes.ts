import type { ColumnType } from "@cutover/model";
import { literalDefault } from "../literal-default.js";
import type { Row, TableColumn } from "../session.js";
import type { ShapeColumn, TableShape } from "../shape.js";

type Query = (sql: string, parameters: readonly string[]) => Promise<readonly Row[]>;

const types: Readonly<Record<string, ColumnType>> = {
  tinyint: "integer",
  smallint: "integer",
  mediumint: "integer",
  int: "integer",
  bigint: "integer",
  year: "integer",
  bit: "integer",
  decimal: "decimal",
  float: "float",
  double: "float",
  date: "date",
  time: "time",
  datetime: "time",
  timestamp: "time",
  json: "json",
  binary: "bytes",
  varbinary: "bytes",
  tinyblob: "bytes",
  blob: "bytes",
  mediumblob: "bytes",
  longblob: "bytes",
};

const sql = (tables: number): string => `
SELECT c.TABLE_NAME AS "table", c.COLUMN_NAME AS name, c.DATA_TYPE AS type, c.COLUMN_TYPE AS native,
       c.IS_NULLABLE AS nullable, c.CHARACTER_MAXIMUM_LENGTH AS length, c.NUMERIC_SCALE AS scale,
       c.DATETIME_PRECISION AS fraction, c.COLUMN_DEFAULT AS given, c.EXTRA AS extra, VERSION() AS version, e.TRANSACTIONS AS transactional,
       t.TABLE_TYPE AS kind
FROM information_schema.COLUMNS c
JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME IN (${Array.from({ length: tables }, () => "?").join(", ")})
ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`;

const numberOf = (value: unknown): number | undefined => (value === null ? undefined : Number(value));

export async function mysqlShapes(query: Query, tables: readonly string[]): Promise<Map<string, TableShape>> {
  if (tables.length === 0) return new Map();
  // A server that keeps names in lower case finds a table by any spelling.
  const spelled = new Map(tables.map((table) => [table.toLowerCase(), table]));
  const shapes = new Map<string, TableShape & { readonly columns: ShapeColumn[] }>();
  for (const row of await query(sql(tables.length), tables)) {
    const found = String(row["table"]);
    const table = tables.includes(found) ? found : (spelled.get(found.toLowerCase()) ?? found);
    const shape = shapes.get(table) ?? {
      table,
      columns: [],
      bulk: row["kind"] === "BASE TABLE" && row["transactional"] === "YES",
      // Views have no engine.
      transactional: row["transactional"] === null || row["transactional"] === "YES",
    };
    shapes.set(table, shape);
    shape.columns.push(columnOf(row));
  }
  return shapes;
}

/** MariaDB writes a default as SQL does; MySQL writes the bare text, and says where it is an expression. */
function defaultOf(row: Row, type: ColumnType): string | null | undefined {
  const given = row["given"] === null ? null : String(row["given"]);
  const extra = String(row["extra"]).toLowerCase();
  if (/auto_increment|generated|on update/.test(extra)) return undefined;
  const mariadb = /mariadb/i.test(String(row["version"]));
  if (given === null || (mariadb && given === "NULL")) return row["nullable"] === "YES" ? null : undefined;
  // A bit or a fixed length of bytes is not what is read.
  if (row["type"] === "bit" || given.includes("\\")) return undefined;
  return literalDefault(mariadb ? given : `'${given.replaceAll("'", "''")}'`, type);
}

function columnOf(row: Row): ShapeColumn {
  const native = String(row["type"]).toLowerCase();
  const type = types[native] ?? "text";
  const extra = String(row["extra"]).toLowerCase();
  // MariaDB writes the absence of a default as the word NULL.
  const given = row["given"] !== null && row["given"] !== "NULL";
  const initial = defaultOf(row, type);
  return {
    name: String(row["name"]),
    type,
    nativeType: String(row["native"]),
    nullable: row["nullable"] === "YES",
    maxLength: native === "char" || native === "varchar" ? numberOf(row["length"]) : undefined,
    scale:
      type === "decimal" ? numberOf(row["scale"]) : type === "time" ? numberOf(row["fraction"]) : undefined,
    hasDefault: given || /auto_increment|generated|on update/.test(extra),
    generated: extra.includes("auto_increment"),
    ...(initial === undefined ? {} : { default: initial }),
  };
}

export async function mysqlTablesWith(
  query: Query,
  columns: readonly string[],
): Promise<readonly TableColumn[]> {
  if (columns.length === 0) return [];
  const rows = await query(
    `SELECT c.TABLE_NAME AS "table", c.COLUMN_NAME AS "column" FROM information_schema.COLUMNS c
     JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
     WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'
     AND c.COLUMN_NAME IN (${columns.map(() => "?").join(", ")}) ORDER BY 1, 2`,
    columns,
  );
  return rows.map((row) => ({ table: String(row["table"]), column: String(row["column"]) }));
}
