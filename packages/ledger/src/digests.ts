import { createHash, type Hash } from "node:crypto";
import { entityNames } from "@cutover/model";
import type { Ledger } from "./ledger.js";

const separator = "\u001f";

/** Text that tells null from empty, and ends where it ends. */
const part = (value: string): string => `${value}${separator}`;

/** The same of a row's columns, in SQL; one text a row is much cheaper to hand over than its values. */
const parts = (...columns: readonly string[]): string =>
  columns.map((column) => `coalesce(${column} || char(31), '-' || char(31))`).join(" || ");

/** A content hash as text. */
const hex = (column: string): string => `CASE WHEN ${column} IS NOT NULL THEN hex(${column}) END`;

/** Where a merge leads a record, in SQL. */
const lead = `(SELECT ${parts("s.name", "m.name", "k.key", hex("k.hash"))}
  FROM record k JOIN mapping m ON m.id = k.mapping JOIN side s ON s.id = m.side WHERE k.id = r.canonical)`;

function feed(hash: Hash, rows: Iterable<unknown>): void {
  let text = "";
  for (const row of rows) {
    text += `${String(row)}\n`;
    if (text.length > 65_536) {
      hash.update(text);
      text = "";
    }
  }
  hash.update(text);
}

/** Rows that are handed over as one text: one by one, that takes longer than finding them. */
const rowsAtOnce = 1_000;

/** Feeds the rows of a query that has a key for each, in the order of their keys. */
function feedByKey(hash: Hash, ledger: Ledger, rows: string, of: number): void {
  const page = (isAfter: ">=" | ">") =>
    ledger.db
      .prepare(
        // They are put together as they come; to sort them once more takes as long as to find them.
        `SELECT group_concat(text, char(10)), max(key)
         FROM (SELECT * FROM (${rows}) WHERE key ${isAfter} ? ORDER BY key LIMIT ${rowsAtOnce})`,
      )
      .raw();
  const next = page(">");
  let [text, last] = page(">=").get(of, "") as [string | null, string];
  while (text !== null) {
    hash.update(`${text}\n`);
    [text, last] = next.get(of, last) as [string | null, string];
  }
}

/**
 * SHA-256 (hex) over everything that is staged: each record of the last extraction by side, mapping
 * and key, with its content, its end and where a merge leads it, and every decision. It depends
 * neither on the order in which records came nor on the ids they were given.
 */
export function stagedDigest(ledger: Ledger): string {
  const hash = createHash("sha256");
  const mappings = ledger.db
    .prepare(
      `SELECT m.id, s.name AS side, m.name FROM mapping m JOIN side s ON s.id = m.side
       WHERE m.direction = 'inbound' AND s.role = 'source' ORDER BY s.name, m.name`,
    )
    .all() as { readonly id: number; readonly side: string; readonly name: string }[];
  // A key mostly came once: then the index has the order, and few lead anywhere.
  const isRepeated = ledger.db.prepare(
    "SELECT 1 FROM record INDEXED BY record_repeated WHERE mapping = ? AND occurrence > 1 LIMIT 1",
  );
  const records = `SELECT r.key, concat(r.key, char(31), hex(r.hash), char(31), r.disposition, char(31),
      coalesce('+' || r.reason, '-'), char(31), CASE WHEN r.canonical IS NOT NULL THEN ${lead} END) AS text
    FROM record r WHERE r.mapping = ? AND r.gone IS NULL`;
  const inOrder = ledger.db.prepare(`SELECT text FROM (${records} ORDER BY r.key, r.at, r.hash)`).pluck();
  for (const { id, side, name } of mappings) {
    hash.update(`${part(side)}${part(name)}\n`);
    if (isRepeated.get(id) === undefined) feedByKey(hash, ledger, records, id);
    else feed(hash, inOrder.iterate(id));
  }
  const decisions = ledger.db
    .prepare(
      `SELECT ${parts("s.name", "m.name", "r.key", hex("r.hash"), "d.code", "d.action", "d.field", "d.value")}
       FROM decision d JOIN record r ON r.id = d.record
       JOIN mapping m ON m.id = r.mapping JOIN side s ON s.id = m.side
       WHERE r.gone IS NULL
       ORDER BY 1`,
    )
    .pluck();
  feed(hash, decisions.iterate());
  return hash.digest("hex");
}

/** SHA-256 (hex) over what the target held: keys and contents, in the order of the keys. */
export function targetDigest(ledger: Ledger, moment: "before" | "after" = "before"): string {
  const hash = createHash("sha256");
  for (const entity of entityNames) {
    hash.update(`${part(entity)}\n`);
    const rows = ledger.db
      .prepare(
        `SELECT ${parts("t.key", "m.name", hex("t.hash"))} FROM "${moment}_${entity}" t JOIN mapping m ON m.id = t.mapping ORDER BY t.key`,
      )
      .pluck();
    feed(hash, rows.iterate());
  }
  return hash.digest("hex");
}
