import { CutoverError, type Column, type SourceValue } from "@cutover/model";
import type { Connection, FieldPacket } from "mysql2";
import type { Cursor } from "../session.js";
import { takeAnyName } from "./names.js";
import { columnsOfFields, hasFloats, keepDigits, mender } from "./types.js";

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
): Promise<MysqlCursor> {
  let fields: readonly FieldPacket[];
  try {
    fields = await fieldsOf(connection, sql);
    if (fields.length === 0) throw noQuery();
  } catch (error) {
    onEnd();
    throw faultOf(error);
  }
  // Text is read faster, but of floats the server writes no more than six digits there.
  const query: Statement = hasFloats(fields)
    ? connection.execute({ sql, rowsAsArray: true })
    : connection.query({ sql, rowsAsArray: true }).on("fields", keepDigits);
  const cursor = new MysqlCursor(connection, query, batchSize, faultOf, onEnd);
  await cursor.begun();
  return cursor;
}

/** A statement that tells of its rows as they come. */
type Statement = Pick<ReturnType<Connection["query"]>, "on">;

/** The columns a statement will give, which it is prepared for, not run. */
const fieldsOf = (connection: Connection, sql: string): Promise<readonly FieldPacket[]> =>
  new Promise((resolve, reject) => {
    connection.prepare(sql, (error, statement) => {
      if (error !== null) reject(error);
      else resolve((statement as unknown as { readonly columns: readonly FieldPacket[] }).columns);
    });
  });

export class MysqlCursor implements Cursor {
  columns: readonly Column[] = [];
  readonly #connection: Connection;
  readonly #batchSize: number;
  #rows: SourceValue[][] = [];
  #known = false;
  #ended = false;
  #left = false;
  #error: Error | null = null;
  #wake: () => void = nothing;
  readonly #end: () => void;

  constructor(
    connection: Connection,
    query: Statement,
    batchSize: number,
    faultOf: (error: unknown) => Error,
    onEnd: () => void,
  ) {
    this.#connection = connection;
    this.#batchSize = batchSize;
    let mend: ReturnType<typeof mender> = asGiven;
    takeAnyName(query);
    query.on("fields", (fields: FieldPacket[]) => {
      this.columns = columnsOfFields(fields);
      mend = mender(fields);
      this.#known = true;
      this.#wake();
    });
    query.on("result", (row: unknown) => {
      if (this.#left) return;
      this.#rows.push(mend(row as unknown[]));
      if (this.#rows.length < batchSize) return;
      connection.pause();
      this.#wake();
    });
    const end = (this.#end = (): void => {
      if (this.#ended) return;
      this.#ended = true;
      connection.off("error", fail);
      connection.off("end", fail);
      onEnd();
      this.#wake();
    });
    const fail = (cause: unknown): void => {
      this.#error ??= faultOf(cause);
      end();
    };
    query.on("error", fail);
    query.on("end", end);
    // Of a connection that ends under it a read hears nothing from the driver: it would wait for ever.
    connection.on("error", fail);
    connection.on("end", fail);
  }

  /** When the columns are known. */
  async begun(): Promise<void> {
    while (!this.#known && !this.#ended) await this.#news();
    if (this.#error !== null) throw this.#error;
  }

  async next(): Promise<SourceValue[][] | null> {
    while (this.#rows.length < this.#batchSize && !this.#ended) await this.#resumed();
    if (this.#error !== null) throw this.#error;
    const batch = this.#rows;
    this.#rows = [];
    return batch.length === 0 ? null : batch;
  }

  /** Ends it because its connection ends, of which the driver tells a reader nothing. */
  abandon(): void {
    if (this.#ended) return;
    this.#error ??= new CutoverError("internal", "the connection was closed while it was read");
    this.#rows = [];
    this.#end();
  }

  async close(): Promise<void> {
    this.#left = true;
    this.#rows = [];
    while (!this.#ended) await this.#resumed();
  }

  /** Waits until something has happened. */
  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Lets rows come, and waits for news of them; rows that wait already come at once. */
  #resumed(): Promise<void> {
    const happened = this.#news();
    this.#connection.resume();
    return happened;
  }
}

/** `SELECT ... INTO @x` and the like: the server is done with them, and has nothing to send. */
const noQuery = (): CutoverError =>
  new CutoverError("query-failed", "a statement that should be a query gives no rows", {
    remedy: "Write a SELECT, without INTO.",
  });

const nothing = (): void => undefined;
const asGiven = (row: unknown[]): SourceValue[] => row as SourceValue[];
