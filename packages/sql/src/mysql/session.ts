import { CutoverError, type SourceValue } from "@cutover/model";
import type { Connection, FieldPacket, ResultSetHeader } from "mysql2";
import type { ServerAddress } from "../address.js";
import { SqlFault } from "../fault.js";
import { insertValues } from "../insert-values.js";
import type { Outcome, Parameter, QueryParameter, Row, Session, SessionOptions } from "../session.js";
import type { TableShape } from "../shape.js";
import { connectionOptions, sessionSettings } from "./connect.js";
import { openCursor, type MysqlCursor } from "./cursor.js";
import { mysql } from "./dialect.js";
import { connectFault, forbidsLocalFiles, mysqlFault } from "./faults.js";
import { loadFromRows, loadRows } from "./load-data.js";
import { takeAnyName } from "./names.js";
import { reserveInMysql } from "./reserve.js";
import { mysqlShapes, mysqlTablesWith } from "./shapes.js";
import { columnsOfFields, keepDigits, mender } from "./types.js";

interface Answer {
  /** Rows, or what a statement that writes did. */
  readonly result: unknown;
  readonly fields: readonly FieldPacket[];
}

const slowNotice =
  "The target's server forbids LOAD DATA LOCAL (local_infile is off): rows are written by INSERT, which is slower.";

/** Opens a connection to a MySQL or MariaDB server. */
export async function openMysql(
  address: ServerAddress,
  { role, readonly, onNotice }: SessionOptions,
): Promise<Session> {
  const { default: driver } = await import("mysql2");
  const connection: Connection = driver.createConnection(connectionOptions(address, readonly));
  let lost = false;
  let reading = false;
  let cursor: MysqlCursor | null = null;
  // Without a listener a connection that ends between statements would end the process.
  connection.on("error", () => (lost = true));
  connection.on("end", () => {
    lost = true;
    // Nobody takes what is still to be sent, and until it is sent the driver would tell nobody.
    streamOf(connection).destroy();
  });
  const faultOf = (error: unknown): Error => {
    const fault = mysqlFault(error, role, lost);
    if (fault.code === "connection-lost") lost = true;
    return fault;
  };

  /** With parameters by a prepared statement; the driver's own way would put them into the text. */
  const ask = (sql: string, parameters: readonly QueryParameter[] = []): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (reading) {
        reject(
          new CutoverError(
            "internal",
            "on MySQL and MariaDB an extract is read to its end before anything else",
          ),
        );
        return;
      }
      const answer = (error: unknown, result: unknown, fields: FieldPacket[]): void =>
        error === null ? resolve({ result, fields: fields ?? [] }) : reject(faultOf(error));
      takeAnyName(
        parameters.length === 0
          ? connection.query({ sql, rowsAsArray: true }, answer).on("fields", keepDigits)
          : connection.execute({ sql, rowsAsArray: true, values: parameters.map(toDriver) }, answer),
      );
    });
  const rowsOf = ({ result, fields }: Answer): readonly SourceValue[][] =>
    Array.isArray(result) ? (result as unknown[][]).map(mender(fields)) : [];
  const query = async (sql: string, parameters: readonly QueryParameter[] = []): Promise<readonly Row[]> => {
    const answer = await ask(sql, parameters);
    const names = answer.fields.map(({ name }) => name);
    return rowsOf(answer).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
  };
  const run = async (sql: string, parameters: readonly Parameter[] = []): Promise<Outcome> => {
    const { affectedRows, warningStatus } = (await ask(sql, parameters)).result as ResultSetHeader;
    if (warningStatus === 0) return { affected: affectedRows, warnings: [] };
    const warnings = new Set((await query("SHOW WARNINGS")).map((row) => String(row["Code"])));
    return { affected: affectedRows, warnings: [...warnings] };
  };

  let maxStatementBytes = 0;
  let localFiles = false;
  try {
    await new Promise<void>((resolve, reject) =>
      connection.connect((error) => (error === null ? resolve() : reject(error))),
    );
    const [server] = await query(
      "SELECT VERSION() AS version, @@max_allowed_packet AS packet, @@local_infile AS files",
    );
    for (const setting of sessionSettings(String(server?.["version"]))) await ask(setting);
    if (readonly) await ask("SET SESSION TRANSACTION READ ONLY");
    localFiles = Number(server?.["files"]) === 1;
    maxStatementBytes = Math.min(Number(server?.["packet"]) / 2, 8 * 1024 * 1024);
  } catch (error) {
    cutOff(connection);
    throw connectFault(error, role);
  }

  /** Whether rows went by LOAD DATA; where they did not, nothing of them is there. */
  const loaded = async (
    table: TableShape,
    columns: readonly string[],
    rows: readonly (readonly Parameter[])[],
  ): Promise<boolean> => {
    if (!localFiles) {
      onNotice?.(slowNotice);
      return false;
    }
    await ask("SAVEPOINT cutover");
    try {
      if (await loadRows(connection, table, columns, rows)) return true;
    } catch (error) {
      const fault = faultOf(error);
      localFiles = !forbidsLocalFiles(error);
      if (lost || (fault instanceof SqlFault && fault.repeatable)) throw fault;
    }
    await ask("ROLLBACK TO SAVEPOINT cutover");
    return false;
  };

  return {
    dialect: mysql,
    get lost() {
      return lost;
    },
    query,
    select: async (sql, parameters = []) => rowsOf(await ask(sql, parameters)),
    run,
    async runEach(sql, rows) {
      const outcomes: Outcome[] = [];
      for (const row of rows) outcomes.push(await run(sql, row));
      return outcomes;
    },
    async insert(table, columns, rows) {
      if (table.bulk && rows.length >= loadFromRows && (await loaded(table, columns, rows))) {
        return { affected: rows.length, warnings: [] };
      }
      return insertValues(mysql, maxStatementBytes, table, columns, rows, (sql, chunk) =>
        run(sql, chunk.flat()),
      );
    },
    async open(sql, batchSize) {
      if (reading) await ask(""); // throws
      reading = true;
      return (cursor = await openCursor(connection, sql, batchSize, faultOf, () => (reading = false)));
    },
    columnsOf: async (sql) => columnsOfFields((await ask(`SELECT * FROM (\n${sql}\n) q LIMIT 0`)).fields),
    shapes: (tables) => mysqlShapes(query, tables),
    tablesWith: (columns) => mysqlTablesWith(query, columns),
    reserve: (table, column, count) => reserveInMysql(query, table, column, count),
    // Writing a greater id moves the counter by itself.
    passGenerator: async () => undefined,
    async isolates() {
      const [row] = await query(
        `SELECT COUNT(*) AS others FROM information_schema.TABLES t
         JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE
         WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND COALESCE(e.TRANSACTIONS, 'NO') <> 'YES'`,
      );
      return Number(row?.["others"]) === 0;
    },
    async claim() {
      const [row] = await query("SELECT GET_LOCK(CONCAT('cutover.', SHA1(DATABASE())), 0) AS claimed");
      return Number(row?.["claimed"]) === 1;
    },
    // A locking read waits for the rows themselves.
    awaitWriters: async () => undefined,
    async begin(kind) {
      // Not READ WRITE: who closed the database for writing by its defaults meant us too.
      if (kind === "write") await ask("START TRANSACTION");
      else {
        await ask("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        await ask("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
      }
    },
    commit: async () => void (await ask("COMMIT")),
    async rollback() {
      if (lost || reading) return; // What is being read is left by ending the connection.
      await ask("ROLLBACK").catch(() => (lost = true));
    },
    async close() {
      if (reading || lost) {
        cutOff(connection);
        cursor?.abandon();
      } else await new Promise<void>((resolve) => connection.end(() => resolve()));
    },
  };
}

/**
 * Ends a connection that has rows to send. mysql2's own `destroy` closes our half only: the server
 * would wait, with its locks, for somebody to take the rows.
 */
function cutOff(connection: Connection): void {
  connection.destroy();
  streamOf(connection).destroy();
}

const streamOf = (connection: Connection): { destroy(): void } =>
  (connection as unknown as { readonly stream: { destroy(): void } }).stream;

/** mysql2 would write bytes that are no Buffer as JSON. */
function toDriver(value: QueryParameter): string | number | bigint | boolean | Buffer | null {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value !== null && typeof value === "object") throw new TypeError("the engine takes no arrays");
  return value;
}
