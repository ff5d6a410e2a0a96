import type { Database } from "better-sqlite3";
import { literalDefault } from "../literal-default.js";
import type { TableColumn } from "../session.js";
import type { ShapeColumn, TableShape } from "../shape.js";
import { lengthOf, scaleOf, typeOf } from "./types.js";

interface Info {
  readonly name: string;
  readonly type: string;
  readonly notnull: bigint;
  readonly dflt_value: string | null;
  readonly pk: bigint;
  readonly hidden: bigint;
}

/** An INTEGER PRIMARY KEY is the row's number, which SQLite gives. */
const isRowid = (column: Info, columns: readonly Info[]): boolean =>
  column.pk === 1n &&
  column.type.toUpperCase() === "INTEGER" &&
  columns.every((c) => c === column || c.pk === 0n);

export function sqliteShapes(db: Database, tables: readonly string[]): Map<string, TableShape> {
  const info = db.prepare<[string], Info>("SELECT * FROM pragma_table_xinfo(?)").safeIntegers(true);
  const shapes = new Map<string, TableShape>();
  for (const table of tables) {
    const columns = info.all(table);
    if (columns.length === 0) continue;
    shapes.set(table, {
      table,
      bulk: true,
      transactional: true,
      columns: columns.map((column): ShapeColumn => {
        const generated = isRowid(column, columns);
        const type = typeOf(column.type);
        const computed = generated || column.hidden > 0n;
        const initial = computed
          ? undefined
          : column.dflt_value === null
            ? column.notnull === 0n
              ? null
              : undefined
            : literalDefault(column.dflt_value, type);
        return {
          name: column.name,
          type,
          nativeType: column.type,
          nullable: column.notnull === 0n && !generated,
          maxLength: lengthOf(column.type),
          scale: scaleOf(column.type),
          hasDefault: generated || column.dflt_value !== null || column.hidden > 0n,
          generated,
          ...(initial === undefined ? {} : { default: initial }),
        };
      }),
    });
  }
  return shapes;
}

export const sqliteTablesWith = (db: Database, columns: readonly string[]): readonly TableColumn[] =>
  db
    .prepare<[string], TableColumn>(
      `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
       WHERE m.type = 'table' AND c.name IN (SELECT value FROM json_each(?)) ORDER BY 1, 2`,
    )
    .all(JSON.stringify(columns));
