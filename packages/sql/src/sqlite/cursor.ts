import { CutoverError, type Column, type SourceValue } from "@cutover/model";
import type { Database, Statement } from "better-sqlite3";
import type { Role } from "../fault.js";
import type { Cursor } from "../session.js";
import { sqliteFault } from "./faults.js";
import { fromDriver, lengthOf, typeOf } from "./types.js";

export const columnsOfStatement = (statement: Statement): Column[] =>
  statement.columns().map(({ name, type }) => ({
    name,
    type: typeOf(type),
    nullable: true,
    maxLength: lengthOf(type),
  }));

export interface SqliteCursor extends Cursor {
  /** Ends it because its connection ends: whoever reads on is told, and does not take it for the end. */
  abandon(): void;
}

/** Reads row by row from one open statement: memory holds a batch. */
export function openCursor(
  db: Database,
  sql: string,
  batchSize: number,
  role: Role,
  onEnd: (cursor: SqliteCursor) => void,
): SqliteCursor {
  const statement = db.prepare(sql).raw(true);
  const columns = columnsOfStatement(statement);
  const rows = statement.iterate() as IterableIterator<unknown[]>;
  let ended = false;
  let abandoned = false;
  const close = (): void => {
    if (!ended) rows.return?.();
    ended = true;
    onEnd(cursor);
  };
  const cursor: SqliteCursor = {
    columns,
    async next() {
      if (abandoned) throw new CutoverError("internal", "the connection was closed while it was read");
      if (ended) return null;
      const batch: SourceValue[][] = [];
      try {
        while (batch.length < batchSize) {
          const step = rows.next();
          if (step.done === true) {
            ended = true;
            break;
          }
          const row = step.value;
          for (let i = 0; i < row.length; i++) row[i] = fromDriver(row[i]);
          batch.push(row as SourceValue[]);
        }
      } catch (error) {
        ended = true;
        throw sqliteFault(error, role);
      }
      return batch.length === 0 ? null : batch;
    },
    close: async () => close(),
    abandon() {
      abandoned = !ended;
      close();
    },
  };
  return cursor;
}
