import type { SourceValue } from "@cutover/model";
import type { Client, FieldDef } from "pg";
import type { Cursor } from "../session.js";
import { columnsOfFields } from "./types.js";

interface Fetched {
  readonly rows: SourceValue[][];
  readonly fields: FieldDef[];
}

/**
 * A cursor that the server keeps, within the session's transaction: several can be open, and one can
 * be left at any row. Later fetches are run by `turn`, which orders the session's work.
 */
export async function openCursor(
  client: Client,
  name: string,
  sql: string,
  batchSize: number,
  turn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Cursor> {
  const fetch = (): Promise<Fetched> =>
    client.query<SourceValue[]>({ text: `FETCH ${batchSize} FROM ${name}`, rowMode: "array" });
  await client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`);
  // The columns are known with the first rows, so these are fetched now.
  const first = await fetch();
  let waiting: SourceValue[][] | null = first.rows;
  let ended = first.rows.length < batchSize;
  return {
    columns: columnsOfFields(first.fields),
    async next() {
      if (waiting !== null) {
        const rows = waiting;
        waiting = null;
        return rows.length === 0 ? null : rows;
      }
      if (ended) return null;
      const { rows } = await turn(fetch);
      ended = rows.length < batchSize;
      return rows.length === 0 ? null : rows;
    },
    async close() {
      ended = true;
      // Where the transaction has failed the cursor is gone with it.
      await turn(() => client.query(`CLOSE ${name}`)).catch(() => undefined);
    },
  };
}
