import { isMainThread } from "node:worker_threads";
import type { Database } from "better-sqlite3";
import pg from "pg";
import { contentOf, hexOf, type Completion } from "./canonical.js";
import { mappings, openLedger } from "./ledger.js";
import { rangeOf, type Phase } from "./phase.js";
import { linesOf, readBack, type Keys } from "./read-back.js";
import { targetTotals } from "./totals.js";

interface Tools {
  readonly target: pg.Client;
  readonly db: Database;
}

interface Given {
  /** The state of the target that both threads read. */
  readonly snapshot: string;
  readonly base: number;
  readonly first: number;
  readonly last: number;
}

/** Keys of a piece. */
const pieceSize = 10_000;

/** What there should be: of each record its key, the hash of its content and that of its row, in one text. */
const expected = `SELECT lower(group_concat(r.key || ':' || hex(r.hash) || coalesce(hex(w.hash), ''), char(10))) || char(10)
  FROM record r LEFT JOIN written w ON w.record = r.id
  WHERE r.id BETWEEN ? AND ? AND r.disposition = 'created'`;

const one = `SELECT c.user, c.course, c.attempt, c.status, c.startedAt, c.completedAt, c.score, c.comment,
    lower(hex(w.hash)) AS hash
  FROM completion c JOIN record r ON r.id = c.id LEFT JOIN written w ON w.record = r.id
  WHERE c.id = ? AND r.disposition = 'created'`;

/** What the target's ids are in the source. */
function keysOf(db: Database): Keys {
  const read = db.prepare("SELECT targetKey, key FROM record WHERE mapping = ?").raw();
  const keys = (mapping: number): Int32Array => {
    const rows = read.all(mapping) as [number, number][];
    const all = new Int32Array(rows.reduce((most, [id]) => Math.max(most, id), 0) + 1);
    for (const [id, key] of rows) all[id] = key;
    return all;
  };
  return { people: keys(mappings.person), courses: keys(mappings.course) };
}

/** Compares lines with what there should be; where they are not alike to the last hash, gives false. */
function isAlike(bytes: Buffer, keys: Keys, should: string): boolean {
  let at = 0;
  for (const { key, written, completion } of linesOf(bytes, keys)) {
    const text = `${key}:${hexOf(contentOf(completion))}${hexOf(written)}\n`;
    if (!should.startsWith(text, at)) return false;
    at += text.length;
  }
  return at === should.length;
}

const fields = [
  "user",
  "course",
  "attempt",
  "status",
  "startedAt",
  "completedAt",
  "score",
  "comment",
] as const;

/** How many records of a piece are missing, unexpected or different, looked at one by one. */
function differences(bytes: Buffer, keys: Keys, should: string, find: (key: number) => unknown): number {
  const missing = new Set(
    should.split("\n", should.split("\n").length - 1).map((text) => Number(text.split(":")[0])),
  );
  let count = 0;
  for (const { key, written, completion } of linesOf(bytes, keys)) {
    missing.delete(key);
    const record = find(key) as (Completion & { readonly hash: string | null }) | undefined;
    const isSame =
      record !== undefined &&
      record.hash === hexOf(written) &&
      fields.every((field) => String(record[field]) === String(completion[field]));
    if (!isSame) count += 1;
  }
  return count + missing.size;
}

const totals = "SELECT status, count, score FROM total WHERE side = ? ORDER BY status";

/** Reads the target back and compares; gives how many records differ, and totals. */
export const reconcile: Phase<Tools, Given> = {
  async open({ target: connectionString }) {
    const target = new pg.Client({ connectionString });
    await target.connect();
    await target.query("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    return { target, db: openLedger() };
  },
  async begin({ target, db }) {
    const { rows } = await target.query<{ snapshot: string }>("SELECT pg_export_snapshot() AS snapshot");
    const plan = db.prepare("SELECT base, first, last FROM plan").get() as Omit<Given, "snapshot">;
    return { snapshot: rows[0]!.snapshot, ...plan };
  },
  async share({ target, db }, { snapshot, base, first, last }, turns) {
    if (!isMainThread) await target.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
    const keys = keysOf(db);
    const should = db.prepare(expected).pluck();
    const record = db.prepare(one);
    const find = (key: number): unknown => record.get(base + key);
    let different = 0;
    const ask = () => {
      const range = rangeOf(turns.take(), pieceSize, first, last);
      if (range === null) return null;
      const [from, to] = range;
      return { range, bytes: readBack(target, from === first ? null : from, to === last ? null : to) };
    };
    for (let asked = ask(); asked !== null;) {
      const [from, to] = asked.range;
      const bytes = await asked.bytes;
      asked = ask();
      const text = (should.get(base + from, base + to) ?? "") as string;
      if (!isAlike(bytes, keys, text)) different += differences(bytes, keys, text, find);
    }
    return different;
  },
  async end({ target, db }) {
    const { rows } = await target.query<[string, string, string | null]>({
      text: targetTotals,
      rowMode: "array",
    });
    const add = db.prepare("INSERT INTO total VALUES ('target', ?, ?, ?)");
    db.prepare("DELETE FROM total WHERE side = 'target'").run();
    for (const row of rows) add.run(...row);
    const said = (side: string): string => JSON.stringify(db.prepare(totals).raw().all(side));
    return said("source") === said("target") ? 0 : 1;
  },
  async close({ target, db }) {
    await target.end();
    db.close();
  },
};
