import type { SourceValue } from "@cutover/model";
import type { FileAddress } from "../address.js";
import type { Statement } from "better-sqlite3";
import { narrowInteger } from "../integer.js";
import type { Outcome, Parameter, Row, Session, SessionOptions } from "../session.js";
import { claimFile, type Claim } from "./claim.js";
import { openCursor, columnsOfStatement, type SqliteCursor } from "./cursor.js";
import { sqlite } from "./dialect.js";
import { openFault, sqliteFault } from "./faults.js";
import { insertRows } from "./insert.js";
import { reserveInSqlite } from "./reserve.js";
import { sqliteShapes, sqliteTablesWith } from "./shapes.js";
import { fromDriver, toDriver } from "./types.js";

/** How long a statement waits for another connection's lock, in milliseconds. */
const lockTimeout = 10_000;

/** Statements kept prepared. */
const mostStatements = 50;

/** Opens a connection to a SQLite file that exists. */
export async function openSqlite(address: FileAddress, { role, readonly }: SessionOptions): Promise<Session> {
  const { default: Sqlite } = await import("better-sqlite3");
  const attempt = <T>(work: () => T, faultOf = sqliteFault): T => {
    try {
      return work();
    } catch (error) {
      throw faultOf(error, role);
    }
  };
  const db = attempt(() => {
    const opened = new Sqlite(address.path, { readonly, fileMustExist: true, timeout: lockTimeout });
    opened.defaultSafeIntegers(true);
    opened.pragma("foreign_keys = ON");
    opened.pragma("trusted_schema = OFF");
    opened.prepare("SELECT COUNT(*) FROM sqlite_master").get();
    return opened;
  }, openFault(address));

  let claim: Claim | null = null;
  const cursors = new Set<SqliteCursor>();
  /** While something is read the driver neither rolls back nor closes. */
  const abandonReads = (): void => cursors.forEach((cursor) => cursor.abandon());

  const statements = new Map<string, Statement>();
  const selects: typeof statements = new Map();
  /** A statement that may come again, prepared once: those of batches are long, and the same. */
  const prepared = (sql: string, kept = statements): Statement => {
    let statement = kept.get(sql);
    if (statement === undefined) {
      if (kept.size === mostStatements) kept.clear();
      kept.set(sql, (statement = db.prepare(sql)));
    }
    return statement;
  };

  const run = (sql: string, parameters: readonly Parameter[]): Outcome => ({
    affected: prepared(sql).run(...parameters.map(toDriver)).changes,
    warnings: [],
  });

  return {
    dialect: sqlite,
    get lost() {
      return !db.open;
    },
    query: async (sql, parameters = []) =>
      attempt(() => {
        const rows = prepared(sql).all(...parameters.map(toDriver)) as Record<string, unknown>[];
        for (const row of rows) for (const name of Object.keys(row)) row[name] = fromDriver(row[name]);
        return rows as Row[];
      }),
    select: async (sql, parameters = []) =>
      attempt(() => {
        const rows = prepared(sql, selects).raw(true).all(parameters.map(toDriver)) as unknown[][];
        for (const row of rows) for (let i = 0; i < row.length; i++) row[i] = fromDriver(row[i]);
        return rows as SourceValue[][];
      }),
    run: async (sql, parameters = []) => attempt(() => run(sql, parameters)),
    runEach: async (sql, rows) =>
      attempt(() => {
        const statement = prepared(sql);
        return rows.map((row) => ({ affected: statement.run(...row.map(toDriver)).changes, warnings: [] }));
      }),
    insert: async (table, columns, rows) => {
      try {
        return await insertRows(table, columns, rows, (sql, values) => prepared(sql).run(values).changes);
      } catch (error) {
        throw sqliteFault(error, role);
      }
    },
    open: async (sql, batchSize) =>
      attempt(() => {
        const cursor = openCursor(db, sql, batchSize, role, (ended) => cursors.delete(ended));
        cursors.add(cursor);
        return cursor;
      }),
    columnsOf: async (sql) => attempt(() => columnsOfStatement(db.prepare(sql))),
    shapes: async (tables) => attempt(() => sqliteShapes(db, tables)),
    tablesWith: async (columns) => attempt(() => sqliteTablesWith(db, columns)),
    reserve: async (table, column, count) =>
      attempt(() => Number(narrowInteger(reserveInSqlite(db, table.table, column, count)))),
    // Writing a greater id moves SQLite's counter by itself.
    passGenerator: async () => undefined,
    isolates: async () => true,
    claim: async () => (claim ??= claimFile(Sqlite, address.path)) !== null,
    // One writes at a time, and a lock ends with its process.
    awaitWriters: async () => undefined,
    begin: async (kind) =>
      attempt(() => {
        if (kind === "write") db.exec("BEGIN IMMEDIATE");
        else {
          db.exec("BEGIN");
          // The snapshot begins with the first read.
          db.prepare("SELECT COUNT(*) FROM sqlite_master").get();
        }
      }),
    commit: async () => attempt(() => void db.exec("COMMIT")),
    rollback: async () => {
      abandonReads();
      try {
        if (db.inTransaction) db.exec("ROLLBACK");
      } catch {
        db.close();
      }
    },
    close: async () => {
      abandonReads();
      if (db.open) db.close();
      claim?.release();
    },
  };
}
