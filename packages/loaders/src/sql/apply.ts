import type { Session } from "@cutover/sql";
import { changeRows } from "./change.js";
import { insertRows } from "./insert.js";
import { refusals } from "./outcome.js";
import type { InsertWrite, Writes } from "./statements.js";

/** Writes a prepared batch in one transaction: all of it, or nothing. */
export async function applyOnce(
  session: Session,
  writes: Writes,
  /** The generated column of each table that has one. */
  ids: ReadonlyMap<string, string | undefined>,
): Promise<void> {
  await session.begin("write");
  try {
    for (const insert of writes.inserts) {
      await insertRows(session, insert);
      const id = ids.get(insert.shape.table);
      const last = id === undefined ? null : greatest(insert, id);
      if (id !== undefined && last !== null) await session.passGenerator(insert.shape, id, last);
    }
    for (const change of writes.changes) await changeRows(session, change);
    // What is only looked at in the end, such as a deferred foreign key, is refused by the commit.
    await refusals(null, () => session.commit());
  } catch (error) {
    await session.rollback();
    throw error;
  }
}

/** The greatest value given for a column; null where the database gives it. */
function greatest({ columns, rows }: InsertWrite, column: string): bigint | null {
  const place = columns.indexOf(column);
  if (place < 0) return null;
  let last: number | bigint | null = null;
  for (const row of rows) {
    const value = row[place];
    if ((typeof value === "number" || typeof value === "bigint") && (last === null || value > last))
      last = value;
  }
  return last === null ? null : BigInt(last);
}
