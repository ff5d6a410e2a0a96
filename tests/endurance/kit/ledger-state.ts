import path from "node:path";
import Sqlite from "better-sqlite3";
import type { Row } from "./databases.js";
import type { TargetState } from "./target-state.js";

/** Where an entity's own row is, and what tells it to a person. */
const primary: Readonly<Record<string, readonly [table: keyof TargetState, name: string]>> = {
  organization: ["org", "code"],
  user: ["person", "login"],
  course: ["course", "code"],
};

const ledgerOf = (folder: string): string => path.join(folder, ".cutover", "ledger.db");

/** Rows of a migration's ledger, read beside whoever writes it. */
export function askLedger(folder: string, sql: string): readonly Row[] {
  const db = new Sqlite(ledgerOf(folder), { readonly: true });
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}

/** How the ledger's last run stands; null where there is none. */
export const lastRun = (folder: string): { readonly id: number; readonly state: string } | null =>
  (askLedger(folder, "SELECT id, state FROM run ORDER BY id DESC LIMIT 1")[0] as
    | { id: number; state: string }
    | undefined) ?? null;

/**
 * What the ledger knows, whatever ids, batches and attempts it took: how every record ended and what the
 * target calls it, its issues, the rows that were written for it, and the books.
 */
export function ledgerState(
  folder: string,
  target: TargetState,
): Readonly<Record<string, readonly string[]>> {
  const lines = (sql: string): readonly string[] =>
    askLedger(folder, sql)
      .map((row) => JSON.stringify(Object.values(row)))
      .toSorted();
  const named = askLedger(
    folder,
    `SELECT m.name AS mapping, m.entity, r.key, r.occurrence, r.disposition, r.reason, c.origin, c.targetKey,
       r.applied IS NOT NULL AS applied
     FROM record r JOIN mapping m ON m.id = r.mapping JOIN crosswalk c ON c.record = r.id
     WHERE r.gone IS NULL`,
  ).map(({ entity, targetKey, ...row }) => {
    const place = primary[String(entity)];
    if (targetKey === null || place === undefined)
      return JSON.stringify([...Object.values(row), targetKey !== null]);
    const [table, name] = place;
    const there = target[table].find((one) => one["id"] === Number(targetKey));
    return JSON.stringify([...Object.values(row), there === undefined ? "not in the target" : there[name]]);
  });
  return {
    records: named.toSorted(),
    issues: lines(
      `SELECT m.name, r.key, i.code, i.severity, i.stage, i.field, i.note FROM issue i
       JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping`,
    ),
    written: lines(
      `SELECT m.name, r.key, s."table", s.operation, s.columns, COUNT(*) FROM written w JOIN batch b ON b.id = w.batch
       JOIN shape s ON s.id = w.shape JOIN record r ON r.id = w.record JOIN mapping m ON m.id = r.mapping
       WHERE b.state = 'done' GROUP BY 1, 2, 3, 4, 5`,
    ),
    balance: lines("SELECT * FROM balance"),
    "left open": lines(
      `SELECT 'batch', id FROM batch WHERE state = 'intent' UNION ALL SELECT 'deferred', record FROM deferred
       UNION ALL SELECT 'run', id FROM run WHERE state IN ('running', 'interrupted')`,
    ),
  };
}
