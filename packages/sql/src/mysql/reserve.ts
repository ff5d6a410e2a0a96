import { createHash } from "node:crypto";
import { CutoverError } from "@cutover/model";
import { quoteName } from "../quote.js";
import type { Parameter, Row } from "../session.js";
import type { TableShape } from "../shape.js";

type Query = (sql: string, parameters?: readonly Parameter[]) => Promise<readonly Row[]>;

/**
 * Ids in a row: the table's counter is set past them. Between reading the counter and setting it
 * others may be given ids of ours. But setting it waits for every transaction that has touched the
 * table, so afterwards all such rows are there to be seen, and then it is tried again further up.
 *
 * InnoDB forgets an unused part of its counter at a restart before MySQL 8.0 and MariaDB 10.2.4.
 */
export async function reserveInMysql(
  query: Query,
  shape: TableShape,
  column: string,
  count: number,
): Promise<number> {
  const { table } = shape;
  if (!shape.columns.some((c) => c.name === column && c.generated)) {
    throw new CutoverError("target-schema", `the target gives no ids for ${table}.${column}`, {
      stage: "load",
      remedy: "The column is not AUTO_INCREMENT, so an id cannot be reserved.",
    });
  }
  // Cutovers wait for each other; nobody else knows this lock. Names may have 64 characters.
  const [database] = await query("SELECT DATABASE() AS name");
  const lock = `cutover.${createHash("sha256")
    .update(`${String(database?.["name"])}.${table}`)
    .digest("hex")
    .slice(0, 40)}`;
  const [held] = await query("SELECT GET_LOCK(?, 30) AS held", [lock]);
  if (Number(held?.["held"]) !== 1) {
    throw new CutoverError("query-failed", `another Cutover holds the ids of ${table}`, {
      stage: "load",
      recovery: "retry",
    });
  }
  try {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const first = await nextId(query, table, column);
      await query(`ALTER TABLE ${quoteName(table)} AUTO_INCREMENT = ${first + count}`);
      const [taken] = await query(
        `SELECT COUNT(*) AS taken FROM ${quoteName(table)} WHERE ${quoteName(column)} BETWEEN ${first} AND ${first + count - 1}`,
      );
      if (Number(taken?.["taken"]) === 0) return first;
    }
  } finally {
    await query("SELECT RELEASE_LOCK(?) AS released", [lock]);
  }
  throw new CutoverError("query-failed", `no ids in a row can be reserved for ${table}.${column}`, {
    stage: "load",
    recovery: "retry",
    remedy: "Others write to the table all the time.",
  });
}

async function nextId(query: Query, table: string, column: string): Promise<number> {
  const [counter] = await query(
    "SELECT AUTO_INCREMENT AS next FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?",
    [table],
  );
  const [greatest] = await query(`SELECT MAX(${quoteName(column)}) AS last FROM ${quoteName(table)}`);
  return Math.max(Number(counter?.["next"] ?? 1), Number(greatest?.["last"] ?? 0) + 1, 1);
}
