import type { SourceValue } from "@cutover/model";
import type { Client as PgClient, QueryResult } from "pg";
import type { ServerAddress } from "../address.js";
import { Turns } from "../turns.js";
import type { Outcome, Parameter, Row, Session, SessionOptions } from "../session.js";
import { clientConfig, sessionSettings } from "./connect.js";
import { columnsOfFields, openCursor } from "./cursor.js";
import { postgresql } from "./dialect.js";
import { connectFault, postgresqlFault } from "./faults.js";
import { insertValues } from "../insert-values.js";
import { copyFromRows, copyRows } from "./insert.js";
import { passSequence, reserveInPostgresql } from "./reserve.js";
import { withinSavepoint } from "./savepoints.js";
import { awaitWriters, beginWriting } from "./writers.js";
import { postgresqlShapes, postgresqlTablesWith } from "./shapes.js";

/** Bytes a statement with its parameters may have. */
const maxStatementBytes = 32 * 1024 * 1024;

/** Opens a connection to a PostgreSQL server. */
export async function openPostgresql(
  address: ServerAddress,
  { role, readonly }: SessionOptions,
): Promise<Session> {
  const { Client } = (await import("pg")).default;
  const client: PgClient = new Client(clientConfig(address));
  let lost = false;
  // Without a listener a connection that ends between statements would end the process.
  client.on("error", () => (lost = true));
  client.on("end", () => (lost = true));
  try {
    await client.connect();
    await client.query(sessionSettings);
    if (readonly) await client.query("SET default_transaction_read_only = on");
    if (address.schema !== undefined) {
      await client.query("SELECT set_config('search_path', quote_ident($1), false)", [address.schema]);
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectFault(error, role);
  }
  const { rows: encodings } = await client.query<{ server_encoding: string }>("SHOW server_encoding");
  const dialect =
    encodings[0]?.server_encoding === "SQL_ASCII" ? { ...postgresql, validatesText: false } : postgresql;

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
  let snapshot = false;
  /** A read that may fail without ending the snapshot. */
  const reading = <T>(work: () => Promise<T>): Promise<T> =>
    turn(() => (snapshot ? withinSavepoint(client, work) : work()));

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
          : insertValues(dialect, maxStatementBytes, table, columns, rows, run),
      ),
    open: (sql, batchSize) =>
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
    begin: (kind) =>
      turn(async () => {
        if (kind === "write") await client.query(beginWriting);
        else {
          await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          // The snapshot begins with the first statement.
          await client.query("SELECT 1");
          snapshot = true;
        }
      }),
    awaitWriters: () => turn(async () => void (await client.query(awaitWriters))),
    commit: () => turn(async () => void (await client.query("COMMIT"))),
    rollback: () =>
      turns.take(async () => {
        snapshot = false;
        if (!lost) await client.query("ROLLBACK").catch(() => (lost = true));
      }),
    close: () => client.end().catch(() => undefined),
  };
}
