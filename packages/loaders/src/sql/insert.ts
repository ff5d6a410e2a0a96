import type { Session } from "@cutover/sql";
import { expectRows, refusals } from "./outcome.js";
import type { InsertWrite } from "./statements.js";

/** Inserts rows; every one has to be written as it is. */
export async function insertRows(session: Session, { shape, columns, rows }: InsertWrite): Promise<void> {
  const outcome = await refusals(shape, () => session.insert(shape, columns, rows));
  expectRows(outcome, rows.length, shape);
}
