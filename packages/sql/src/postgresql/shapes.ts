import type { Client } from "pg";
import { literalDefault } from "../literal-default.js";
import type { TableColumn } from "../session.js";
import type { ShapeColumn, TableShape } from "../shape.js";
import { lengthOf, typeOf } from "./types.js";

interface Found {
  readonly table: string;
  readonly name: string;
  readonly oid: number;
  readonly modifier: number;
  readonly native: string;
  readonly element: string;
  readonly not_null: boolean;
  readonly has_default: boolean;
  readonly given: string | null;
  readonly generated: boolean;
  readonly bulk: boolean;
}

/** Tables are looked for where an unqualified name would find them: along the search path. */
const sql = `
SELECT r.relname AS "table", a.attname AS name, base.oid AS oid, a.atttypmod AS modifier,
       format_type(a.atttypid, a.atttypmod) AS native,
       format_type(a.atttypid, -1) AS element, a.attnotnull OR t.typnotnull AS not_null,
       a.atthasdef OR a.attidentity <> '' AS has_default,
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS given,
       pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(r.relname), a.attname) IS NOT NULL AS generated,
       r.relkind IN ('r', 'p') AND NOT r.relhasrules AND NOT row_security_active(r.oid) AS bulk
FROM pg_class r
JOIN pg_namespace n ON n.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
WHERE r.relname = ANY ($1) AND r.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(r.oid)
ORDER BY r.relname, a.attnum`;

/** Digits after the point of a numeric, or of a second. */
function scaleOf(oid: number, modifier: number): number | undefined {
  if (oid === 1700) return modifier < 4 ? undefined : (modifier - 4) & 0x7ff;
  if (oid === 1083 || oid === 1114 || oid === 1184 || oid === 1266) return modifier < 0 ? 6 : modifier;
  return undefined;
}

/** The default without the type it is cast to: `'manual'::character varying`. */
function defaultOf({ given, has_default, not_null, oid, native }: Found): string | null | undefined {
  if (!has_default) return not_null ? undefined : null;
  // Of a fixed length: it is padded when it is stored.
  if (given === null || native.startsWith("character(")) return undefined;
  return literalDefault(given.replace(/::[a-z][a-z ]*(?:\(\d+(?:,\d+)?\))?$/, ""), typeOf(oid));
}

export async function postgresqlShapes(
  client: Client,
  tables: readonly string[],
): Promise<Map<string, TableShape>> {
  const { rows } = await client.query<Found>(sql, [tables]);
  const shapes = new Map<string, TableShape & { readonly columns: ShapeColumn[] }>();
  for (const row of rows) {
    const { table, bulk } = row;
    const shape = shapes.get(table) ?? { table, columns: [], bulk, transactional: true };
    shapes.set(table, shape);
    const initial = defaultOf(row);
    shape.columns.push({
      name: row.name,
      type: typeOf(row.oid),
      nativeType: row.native,
      elementType: row.element,
      nullable: !row.not_null,
      maxLength: lengthOf(row.oid, row.modifier),
      scale: scaleOf(row.oid, row.modifier),
      hasDefault: row.has_default,
      generated: row.generated,
      ...(initial === undefined ? {} : { default: initial }),
    });
  }
  return shapes;
}

export async function postgresqlTablesWith(
  client: Client,
  columns: readonly string[],
): Promise<readonly TableColumn[]> {
  const { rows } = await client.query<TableColumn>(
    `SELECT r.relname AS "table", a.attname AS "column"
     FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE a.attname = ANY ($1) AND r.relkind IN ('r', 'p') AND pg_table_is_visible(r.oid) ORDER BY 1, 2`,
    [columns],
  );
  return rows;
}
