import type { Socket } from "node:net";
import { CutoverError, type Column, type SourceValue } from "@cutover/model";
import type { Client, Connection, FieldDef } from "pg";
import type { Cursor } from "../session.js";
import { takeCopyData } from "./copy-data.js";
import { rowReader, type ReadRow } from "./copied-row.js";
import { columnsOfFields } from "./types.js";

/** A connection that nobody else uses while it is read. */
export interface Reader {
  readonly client: Client;
  faultOf(error: unknown): Error;
  /** The read is over, and the connection may be used again. */
  done(): void;
  /** Ends the connection, whatever the server is about to send. */
  drop(): void;
}

/**
 * Reads the rows of a query by COPY, as the server sends them, and lets it wait while nobody takes them:
 * several times as fast as by a cursor, and planned for several of the server's processes. In exchange the
 * connection has no other use until the last row, and leaving early ends it.
 */
export async function openCopy(
  reader: Reader,
  sql: string,
  batchSize: number,
  known?: readonly FieldDef[],
): Promise<CopyOut> {
  const { client } = reader;
  const fields = known ?? (await fieldsOf(client, sql));
  const copy = new CopyOut(
    reader,
    columnsOfFields(fields),
    sql,
    batchSize,
    rowReader(fields.map((f) => f.dataTypeID)),
  );
  client.query(copy);
  return copy;
}

/** What a query gives. */
export const fieldsOf = async (client: Client, sql: string): Promise<readonly FieldDef[]> =>
  (await client.query(`SELECT * FROM (\n${sql}\n) q LIMIT 0`)).fields;

/** All rows of a query by COPY, on a connection that others use too. */
export async function copyAll(
  client: Client,
  sql: string,
  fields: readonly FieldDef[],
): Promise<readonly SourceValue[][]> {
  const nobody = (): void => undefined;
  // A query that fails leaves the connection as it was.
  const reader: Reader = { client, faultOf: (error) => error as Error, done: nobody, drop: nobody };
  return (await (await openCopy(reader, sql, Infinity, fields)).next()) ?? [];
}

/** What the driver calls, and what the reader of the rows calls. */
export class CopyOut implements Cursor {
  readonly columns: readonly Column[];
  readonly #reader: Reader;
  readonly #text: string;
  readonly #batchSize: number;
  readonly #read: ReadRow;
  #connection: Connection | null = null;
  #rows: SourceValue[][] = [];
  readonly #full: SourceValue[][][] = [];
  #ended = false;
  #error: Error | null = null;
  #wake: () => void = nothing;

  constructor(reader: Reader, columns: readonly Column[], sql: string, batchSize: number, read: ReadRow) {
    this.#reader = reader;
    this.columns = columns;
    this.#text = `COPY (\n${sql}\n) TO STDOUT`;
    this.#batchSize = batchSize;
    this.#read = read;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    // One message a row, by the protocol.
    takeCopyData(connection.stream as Socket, (bytes, from) => this.#take(bytes, from));
    connection.query(this.#text);
  }

  #take(bytes: Buffer, from: number): void {
    this.#rows.push(this.#read(bytes, from));
    if (this.#rows.length < this.#batchSize) return;
    // What the socket has handed over already comes all the same.
    this.#connection?.stream.pause();
    this.#full.push(this.#rows);
    this.#rows = [];
    this.#wake();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (this.#ended) return;
    this.#ended = true;
    // It may have been told to wait by the last of the rows.
    this.#connection?.stream.resume();
    this.#reader.done();
    this.#wake();
  }

  handleError(error: unknown): void {
    this.#error = this.#reader.faultOf(error);
    this.#ended = true;
    this.#reader.drop();
    this.#wake();
  }

  async next(): Promise<SourceValue[][] | null> {
    while (this.#full.length === 0 && !this.#ended) {
      const happened = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#connection?.stream.resume();
      await happened;
    }
    if (this.#error !== null) throw this.#error;
    const full = this.#full.shift();
    if (full !== undefined) return full;
    const last = this.#rows;
    this.#rows = [];
    return last.length === 0 ? null : last;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader.drop();
    this.#wake();
  }

  /** Ends it because its session ends: whoever reads on is told, and does not take it for the end. */
  abandon(): void {
    if (this.#ended) return;
    this.#error = new CutoverError("internal", "the connection was closed while it was read");
    void this.close();
  }
}

const nothing = (): void => undefined;
