import { quoteName, type Dialect, type Parameter, type Session } from "@cutover/sql";
import { expectRows, refusals } from "./outcome.js";
import type { InsertWrite } from "./statements.js";

type Row = readonly Parameter[];

/** Inserts rows by the statements the engine likes best, within what one statement may hold. */
export async function insertRows(session: Session, insert: InsertWrite): Promise<void> {
  const { shape, rows } = insert;
  const { dialect } = session;
  if (dialect.rowsPerInsert === 1) {
    const outcomes = await refusals(shape, () => session.runEach(insertText(insert, 1, dialect), rows));
    for (const outcome of outcomes) expectRows(outcome, 1, shape);
    return;
  }
  for (const chunk of chunks(rows, insert.columns.length, session)) {
    const sql = insertText(insert, chunk.length, dialect);
    const outcome = await refusals(shape, () => session.run(sql, chunk.flat()));
    expectRows(outcome, chunk.length, shape);
  }
}

function insertText({ shape, columns }: InsertWrite, rows: number, dialect: Dialect): string {
  let n = 0;
  const row = (): string => `(${columns.map(() => dialect.placeholder(++n)).join(",")})`;
  const values = Array.from({ length: rows }, row).join(",");
  const names = columns.map(quoteName).join(", ");
  return `INSERT INTO ${quoteName(shape.table)} (${names}) ${dialect.beforeValues} VALUES ${values}`;
}

/** Parts of rows that keep within the engine's rows, parameters and bytes a statement. */
function* chunks(rows: readonly Row[], width: number, session: Session): Generator<Row[]> {
  const most = Math.max(
    1,
    Math.min(session.dialect.rowsPerInsert, Math.floor(session.dialect.maxParameters / width)),
  );
  let chunk: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = sizeOf(row);
    if (chunk.length === most || (chunk.length > 0 && bytes + size > session.maxStatementBytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

/** Bytes a row takes on the wire, rather too many than too few. */
const sizeOf = (row: Row): number =>
  row.reduce<number>((sum, value) => {
    if (typeof value === "string") return sum + 16 + value.length * 3;
    return sum + 32 + (value instanceof Uint8Array ? value.byteLength * 2 : 0);
  }, 0);
