import type { SourceValue } from "@cutover/model";
import type { Client, FieldDef, QueryResult } from "pg";
import type { Dialect } from "../dialect.js";
import type { ServerAddress } from "../address.js";
import { Turns } from "../turns.js";
import type { Outcome, Parameter, Row, Session, SessionOptions } from "../session.js";
import { connectClient } from "./connect.js";
import { copyAll, fieldsOf } from "./copy-out.js";
import { openCursor } from "./cursor.js";
import { postgresql } from "./dialect.js";
import { postgresqlFault } from "./faults.js";
import { insertValues } from "../insert-values.js";
import { copyFromRows, copyRows } from "./insert.js";
import { Readers } from "./readers.js";
import { passSequence, reserveInPostgresql } from "./reserve.js";
import { beginSnapshot, joinSnapshot } from "./snapshot.js";
import { withinSavepoint } from "./savepoints.js";
import { awaitWriters, beginWriting, claim } from "./writers.js";
import { postgresqlShapes, postgresqlTablesWith } from "./shapes.js";
import { columnsOfFields } from "./types.js";

/** Bytes a statement with its parameters may have. */
const maxStatementBytes = 32 * 1024 * 1024;

async function dialectOf(client: Client): Promise<Dialect> {
  const { rows } = await client.query<{ server_encoding: string }>("SHOW server_encoding");
  return rows[0]?.server_encoding === "SQL_ASCII" ? { ...postgresql, validatesText: false } : postgresql;
}

/** Opens a connection to a PostgreSQL server. */
export async function openPostgresql(address: ServerAddress, options: SessionOptions): Promise<Session> {
  const { role } = options;
  let lost = false;
  const client = await connectClient(address, options, () => (lost = true));
  const readers = new Readers(() => connectClient(address, options, () => undefined), role);
  const dialect = await dialectOf(client).catch(async (error: unknown) => {
    await client.end().catch(() => undefined);
    throw postgresqlFault(error, role, lost);
  });

  const turns = new Turns();
  /** One piece of work at a time; its errors become ours. */
  const turn = <T>(work: () => Promise<T>): Promise<T> =>
    turns.take(async () => {
      try {
        return await work();
      } catch (error) {
        const fault = postgresqlFault(error, role, lost);
        if (fault.code === "connection-lost") lost = true;
        throw fault;
      }
    });
  /** By what name other connections share what this one sees, while it reads. */
  let snapshot: string | null = null;
  /** A read that may fail without ending the snapshot. */
  const reading = <T>(work: () => Promise<T>): Promise<T> =>
    turn(() => (snapshot === null ? work() : withinSavepoint(client, work)));

  /** Statements that rows are written by one by one are parsed once a connection. */
  const names = new Map<string, string>();
  const nameOf = (sql: string): string | undefined => {
    if (!names.has(sql) && names.size < 200) names.set(sql, `cutover_${names.size}`);
    return names.get(sql);
  };
  const run = async (text: string, values: readonly Parameter[], name?: string): Promise<Outcome> => {
    const result: QueryResult = await client.query({
      text,
      values: [...values],
      ...(name === undefined ? {} : { name }),
    });
    return { affected: result.rowCount ?? 0, warnings: [] };
  };
  let cursors = 0;
  /** What queries give that are copied out: asked once of all that are alike. */
  const given = new Map<string, readonly FieldDef[]>();

  return {
    dialect,
    get lost() {
      return lost;
    },
    query: (sql, parameters = []) =>
      reading(async () => (await client.query<Row>(sql, [...parameters])).rows),
    select: (text, parameters = []) =>
      reading(
        async () =>
          (await client.query<SourceValue[]>({ text, values: [...parameters], rowMode: "array" })).rows,
      ),
    copyOut: (sql, like) =>
      reading(async () => {
        const fields = given.get(like) ?? (await fieldsOf(client, sql));
        given.set(like, fields);
        return copyAll(client, sql, fields);
      }),
    run: (sql, parameters = []) => turn(() => run(sql, parameters)),
    runEach: (sql, rows) =>
      turn(async () => {
        const name = rows.length > 1 ? nameOf(sql) : undefined;
        const outcomes: Outcome[] = [];
        for (const row of rows) outcomes.push(await run(sql, row, name));
        return outcomes;
      }),
    insert: (table, columns, rows) =>
      turn(() =>
        table.bulk && rows.length >= copyFromRows
          ? copyRows(client, table, columns, rows)
          : insertValues(dialect, maxStatementBytes, table, columns, rows, (sql, chunk) =>
              run(sql, chunk.flat()),
            ),
      ),
    open: async (sql, batchSize) =>
      (snapshot === null ? null : await readers.open(snapshot, sql, batchSize)) ??
      reading(() => openCursor(client, `cutover_cursor_${++cursors}`, sql, batchSize, turn)),
    columnsOf: (sql) =>
      reading(async () =>
        columnsOfFields((await client.query(`SELECT * FROM (\n${sql}\n) q LIMIT 0`)).fields),
      ),
    shapes: (tables) => turn(() => postgresqlShapes(client, tables)),
    tablesWith: (columns) => turn(() => postgresqlTablesWith(client, columns)),
    reserve: (table, column, count) => turn(() => reserveInPostgresql(client, table.table, column, count)),
    passGenerator: (table, column, last) =>
      turn(async () => {
        if (table.columns.some((c) => c.name === column && c.generated)) {
          await passSequence(client, table.table, column, last);
        }
      }),
    isolates: async () => true,
    get snapshot() {
      return snapshot;
    },
    begin: (kind, of) =>
      turn(async () => {
        if (kind === "write") return void (await client.query(beginWriting));
        snapshot = of === undefined ? await beginSnapshot(client) : await joinSnapshot(client, of);
      }),
    claim: () => turn(async () => (await client.query<{ claimed: boolean }>(claim)).rows[0]!.claimed),
    awaitWriters: () => turn(async () => void (await client.query(awaitWriters))),
    commit: () => turn(async () => void (await client.query("COMMIT"))),
    rollback: () =>
      turns.take(async () => {
        snapshot = null;
        if (!lost) await client.query("ROLLBACK").catch(() => (lost = true));
      }),
    async close() {
      await readers.close();
      await client.end().catch(() => undefined);
    },
  };
}
