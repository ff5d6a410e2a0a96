import type { Dialect } from "./dialect.js";
import { quoteName } from "./quote.js";
import type { Outcome, Parameter } from "./session.js";
import type { TableShape } from "./shape.js";

type Row = readonly Parameter[];

/** How a session runs one statement; its parameters are those of the rows, one after the other. */
type Run = (sql: string, rows: readonly Row[]) => Outcome | Promise<Outcome>;

/** Inserts rows by statements of many rows, each within what the engine lets one statement hold. */
export async function insertValues(
  dialect: Dialect,
  maxBytes: number,
  table: TableShape,
  columns: readonly string[],
  rows: readonly Row[],
  run: Run,
): Promise<Outcome> {
  const most = Math.max(
    1,
    Math.min(dialect.rowsPerInsert, Math.floor(dialect.maxParameters / columns.length)),
  );
  const texts = new Map<number, string>();
  let affected = 0;
  const warnings = new Set<string>();
  for (const chunk of chunks(rows, most, maxBytes)) {
    let sql = texts.get(chunk.length);
    if (sql === undefined) texts.set(chunk.length, (sql = insertText(dialect, table, columns, chunk.length)));
    const outcome = await run(sql, chunk);
    affected += outcome.affected;
    for (const warning of outcome.warnings) warnings.add(warning);
  }
  return { affected, warnings: [...warnings] };
}

function insertText(
  dialect: Dialect,
  { table }: TableShape,
  columns: readonly string[],
  rows: number,
): string {
  let n = 0;
  const row = (): string => `(${columns.map(() => dialect.placeholder(++n)).join(",")})`;
  const values = Array.from({ length: rows }, row).join(",");
  const names = columns.map(quoteName).join(", ");
  return `INSERT INTO ${quoteName(table)} (${names}) ${dialect.beforeValues} VALUES ${values}`;
}

function* chunks(rows: readonly Row[], most: number, maxBytes: number): Generator<readonly Row[]> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < rows.length; i++) {
    const size = maxBytes === Infinity ? 0 : sizeOf(rows[i]!);
    if (i - from === most || (i > from && bytes + size > maxBytes)) {
      yield rows.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < rows.length) yield rows.slice(from);
}

/** Bytes a row takes on the wire, rather too many than too few. */
function sizeOf(row: Row): number {
  let size = 0;
  for (const value of row) {
    if (typeof value === "string") size += 16 + value.length * 3;
    else size += 32 + (value instanceof Uint8Array ? value.byteLength * 2 : 0);
  }
  return size;
}
