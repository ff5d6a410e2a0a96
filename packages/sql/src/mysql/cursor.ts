import type { Column, SourceValue } from "@cutover/model";
import type { Connection, FieldPacket } from "mysql2";
import type { Cursor } from "../session.js";
import { columnsOfFields, mender } from "./types.js";

/**
 * Reads the rows of one statement as the server sends them, and lets it wait while nobody takes them.
 * The connection is busy until the last row, so leaving early reads on to the end without keeping.
 */
export async function openCursor(
  connection: Connection,
  sql: string,
  batchSize: number,
  faultOf: (error: unknown) => Error,
  onEnd: () => void,
): Promise<Cursor> {
  let rows: SourceValue[][] = [];
  let columns: readonly Column[] = [];
  let mend: (row: unknown[]) => SourceValue[] = (row) => row as SourceValue[];
  let ended = false;
  let left = false;
  let error: Error | null = null;
  let wake: () => void = () => undefined;
  /** Waits until something has happened. */
  const news = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  /** Lets rows come, and waits for news of them; rows that wait already come at once. */
  const resumed = (): Promise<void> => {
    const happened = news();
    connection.resume();
    return happened;
  };
  let known = false;

  const query = connection.query({ sql, rowsAsArray: true });
  query.on("fields", (fields: FieldPacket[]) => {
    columns = columnsOfFields(fields);
    mend = mender(fields);
    known = true;
    wake();
  });
  query.on("result", (row: unknown) => {
    if (left) return;
    rows.push(mend(row as unknown[]));
    if (rows.length < batchSize) return;
    connection.pause();
    wake();
  });
  const end = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
    wake();
  };
  query.on("error", (cause: unknown) => {
    error ??= faultOf(cause);
    end();
  });
  query.on("end", end);

  while (!known && !ended) await news();
  if (error !== null) throw error as Error;
  return {
    columns,
    async next() {
      while (rows.length < batchSize && !ended) {
        await resumed();
      }
      if (error !== null) throw error;
      const batch = rows;
      rows = [];
      return batch.length === 0 ? null : batch;
    },
    async close() {
      left = true;
      rows = [];
      while (!ended) {
        await resumed();
      }
    },
  };
}
