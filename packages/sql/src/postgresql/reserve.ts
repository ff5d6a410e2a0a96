import { CutoverError } from "@cutover/model";
import type { Client } from "pg";
import { quoteName } from "../quote.js";
import { beginBriefly } from "./writers.js";

/** How often ids are drawn freely before others are asked to wait. */
const freeDraws = 3;

async function sequenceOf(client: Client, table: string, column: string): Promise<string> {
  const { rows } = await client.query<{ sequence: string | null }>(
    "SELECT pg_get_serial_sequence($1, $2) AS sequence",
    [quoteName(table), column],
  );
  const sequence = rows[0]?.sequence ?? null;
  if (sequence !== null) return sequence;
  throw new CutoverError("target-schema", `the target gives no ids for ${table}.${column}`, {
    stage: "load",
    remedy: "The column has no sequence of its own, so an id cannot be reserved.",
  });
}

/**
 * Ids in a row. Each is drawn from the sequence as any program draws it, so nobody else can be given
 * one, whatever others do meanwhile. Should somebody draw in between, the ids are not in a row and it
 * is tried again, in the end with the table closed to others' inserts. (Reading the sequence and
 * setting it further would leave an instant in which others are given ids that are reserved.)
 */
export async function reserveInPostgresql(
  client: Client,
  table: string,
  column: string,
  count: number,
): Promise<number> {
  const sequence = await sequenceOf(client, table, column);
  for (let attempt = 1; ; attempt++) {
    await client.query(beginBriefly);
    try {
      // Cutovers wait for each other; nobody else knows this lock.
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 4711))", [sequence]);
      if (attempt > freeDraws) {
        await client.query(`LOCK TABLE ${quoteName(table)} IN SHARE ROW EXCLUSIVE MODE`);
        await moveSequence(client, sequence, await greatest(client, table, column));
      }
      const first = await draw(client, sequence, count);
      const clear = first !== null && (await greatest(client, table, column)) < first;
      await client.query("COMMIT");
      if (clear && Number.isSafeInteger(Number(first))) return Number(first);
      if (attempt > freeDraws + 5) {
        throw new CutoverError("query-failed", `no ids in a row can be reserved for ${table}.${column}`, {
          stage: "load",
          recovery: "retry",
          remedy: "The sequence is in heavy use, or does not count by one.",
        });
      }
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }
}

/** Draws ids; the first of them where they are in a row. */
async function draw(client: Client, sequence: string, count: number): Promise<bigint | null> {
  const { rows } = await client.query<{ first: string; last: string }>(
    `SELECT MIN(id)::text AS first, MAX(id)::text AS last
     FROM (SELECT nextval($1::regclass) AS id FROM generate_series(1, $2::int)) drawn`,
    [sequence, count],
  );
  const first = BigInt(rows[0]!.first);
  return BigInt(rows[0]!.last) - first === BigInt(count - 1) ? first : null;
}

async function greatest(client: Client, table: string, column: string): Promise<bigint> {
  const { rows } = await client.query<{ last: string }>(
    `SELECT COALESCE(MAX(${quoteName(column)}), 0)::text AS last FROM ${quoteName(table)}`,
  );
  return BigInt(rows[0]!.last);
}

/** Moves a sequence past an id; never back. Others must be kept from drawing. */
async function moveSequence(client: Client, sequence: string, past: bigint): Promise<void> {
  await client.query(
    `SELECT setval($1::regclass, $2::bigint) FROM ${sequence} WHERE last_value < $2::bigint`,
    [sequence, String(past)],
  );
}

/** After ids of our own were written: the sequence must not give them again. */
export async function passSequence(
  client: Client,
  table: string,
  column: string,
  last: bigint,
): Promise<void> {
  const sequence = await sequenceOf(client, table, column);
  const { rows } = await client.query<{ behind: boolean }>(
    `SELECT last_value < $1::bigint AS behind FROM ${sequence}`,
    [String(last)],
  );
  if (rows[0]?.behind !== true) return;
  await client.query(`LOCK TABLE ${quoteName(table)} IN SHARE ROW EXCLUSIVE MODE`);
  await moveSequence(client, sequence, last);
}
