import type { Database } from "better-sqlite3";
import { quoteName } from "../quote.js";

/** Where SQLite keeps no counter (a table without AUTOINCREMENT), Cutover keeps its own in the target. */
const ownCounter = "cutover_reserved_ids";

/**
 * Takes ids for good. A table with AUTOINCREMENT has a counter that others honour. Without, SQLite
 * gives whatever follows the greatest id, so reserved ids that are not written yet are known to
 * Cutover alone; should somebody else write one first, the load is refused by the primary key.
 */
export function reserveInSqlite(db: Database, table: string, column: string, count: number): bigint {
  const read = (sql: string, ...parameters: unknown[]): bigint => {
    const value: unknown = db
      .prepare(sql)
      .pluck()
      .safeIntegers(true)
      .get(...parameters);
    return typeof value === "bigint" ? value : 0n;
  };
  const reserve = db.transaction((): bigint => {
    const counts = read(
      "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ? AND sql LIKE '%AUTOINCREMENT%'",
      table,
    );
    const counter = counts > 0n ? "sqlite_sequence" : ownCounter;
    if (counter === ownCounter) {
      db.exec(`CREATE TABLE IF NOT EXISTS ${ownCounter} (name TEXT PRIMARY KEY, seq INTEGER NOT NULL)`);
    }
    const last = [
      read(`SELECT MAX(${quoteName(column)}) FROM ${quoteName(table)}`),
      read(`SELECT MAX(seq) FROM ${counter} WHERE name = ?`, table),
    ].reduce((a, b) => (a > b ? a : b), 0n);
    const end = last + BigInt(count);
    const { changes } = db.prepare(`UPDATE ${counter} SET seq = ? WHERE name = ?`).run(end, table);
    if (changes === 0) db.prepare(`INSERT INTO ${counter} (name, seq) VALUES (?, ?)`).run(table, end);
    return last + 1n;
  });
  return reserve.immediate();
}
