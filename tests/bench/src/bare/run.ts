import { finished } from "node:stream/promises";
import type { Database } from "better-sqlite3";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { hashBytes, putHash } from "./canonical.js";
import { escape } from "./copy-text.js";
import { Inserts, mappings, openLedger, rowsPerInsert, type Hashed, type Value } from "./ledger.js";
import { rangeOf, type Phase } from "./phase.js";

interface Tools {
  readonly target: pg.Client;
  readonly db: Database;
}

/** Least and greatest key; ids are keys and `base`. */
interface Given {
  readonly base: number;
  readonly first: number;
  readonly last: number;
}

/** Ids of a batch. */
const batchSize = 10_000;

const absent = "'\\N'";
/** All records of a plan are created. All but the ids in one text, as COPY takes it: of one text little has to be made by JavaScript. */
const staged = `SELECT attempt, userId, courseId, concat_ws(x'09',
    CASE status WHEN 'completed' THEN 'done' WHEN 'waived' THEN 'exempt' WHEN 'in_progress' THEN 'open' ELSE status END,
    coalesce(startedAt, ${absent}), coalesce(completedAt, ${absent}), coalesce(score, ${absent}),
    coalesce(comment, ${absent}))
  FROM completion WHERE id BETWEEN ? AND ? ORDER BY id`;

type Staged = readonly [attempt: number, userId: number, courseId: number, rest: string];

/** The comment comes last, after four tabs. */
function escaped(rest: string): string {
  const [state, begun, ended, points, ...comment] = rest.split("\t");
  return [state, begun, ended, points, escape(comment.join("\t"))].join("\t");
}

/** Ids of the target by record id. */
function targetKeys(db: Database): Int32Array {
  const rows = db.prepare("SELECT id, targetKey FROM record WHERE mapping IN (?, ?)").raw();
  const all = rows.all(mappings.person, mappings.course) as [number, number][];
  const keys = new Int32Array(all.reduce((most, [id]) => Math.max(most, id), 0) + 1);
  for (const [id, key] of all) keys[id] = key;
  return keys;
}

interface Known extends Given {
  readonly keys: Int32Array;
  readonly special: ReadonlySet<number>;
}

/** The lines of a batch, and what is noted of each before it is written. */
function compute(rows: readonly Staged[], { base, keys, special }: Known, batch: number) {
  const hashes = Buffer.allocUnsafe(rows.length * hashBytes);
  const written: Hashed[] = [];
  let text = "";
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    const end = Math.min(start + rowsPerInsert, rows.length);
    const values: Value[] = [];
    for (let i = start; i < end; i += 1) {
      const [attempt, userId, courseId, given] = rows[i]!;
      const id = base + attempt;
      const rest = special.has(id) ? escaped(given) : given;
      const line = `${attempt}\t${keys[userId]!}\t${keys[courseId]!}\t${rest}`;
      putHash(line, hashes, i);
      values.push(id, batch, attempt);
      text += `${line}\n`;
    }
    written.push({ values, hashes: hashes.subarray(start * hashBytes, end * hashBytes) });
  }
  return { written, data: Buffer.from(text) };
}

/** Loads what the plan would create; gives how many rows it wrote. */
export const run: Phase<Tools, Given> = {
  async open({ target: connectionString }) {
    const target = new pg.Client({ connectionString });
    await target.connect();
    // The table grows faster than the server counts it.
    await target.query("SET enable_seqscan = off");
    return { target, db: openLedger() };
  },
  begin: ({ db }) => Promise.resolve(db.prepare("SELECT base, first, last FROM plan").get() as Given),
  async share({ target, db }, given, turns) {
    const { base, first, last } = given;
    const special: ReadonlySet<number> = new Set(
      db.prepare("SELECT id FROM special").pluck().all() as number[],
    );
    const known = { ...given, keys: targetKeys(db), special };
    const read = db.prepare(staged).raw();
    const intend = db.prepare("INSERT INTO batch VALUES (?, 'intent', ?)");
    const done = db.prepare("UPDATE batch SET state = 'done' WHERE id = ?");
    const written = new Inserts(db, "written", "(?, ?, ?, HASH)");
    let loaded = 0;
    let before: number | null = null;
    for (;;) {
      const piece = turns.take();
      const range = rangeOf(piece, batchSize, first, last);
      if (range === null) break;
      const rows = read.all(base + range[0], base + range[1]) as readonly Staged[];
      const batch = compute(rows, known, piece);
      const held = await target.query({
        text: "SELECT result_id FROM learning_result WHERE result_id BETWEEN $1 AND $2",
        values: [...range],
      });
      if (held.rows.length > 0) throw new Error("the target has some of them: this program knows of none");
      const outcome = before;
      const write = db.transaction(() => {
        if (outcome !== null) done.run(outcome);
        intend.run(piece, rows.length);
        for (const { values, hashes } of batch.written) written.run(values, hashes);
      });
      await turns.inTurn(piece, () => write.immediate());
      const copy = target.query(
        copyFrom(
          "COPY learning_result (result_id, learner_id, course_id, state, begun_on, ended, points, note) FROM STDIN",
        ),
      );
      copy.end(batch.data);
      await finished(copy);
      if (copy.rowCount !== rows.length) throw new Error("the target took another number of rows");
      loaded += rows.length;
      before = piece;
    }
    if (before !== null) done.run(before);
    return loaded;
  },
  end({ db }) {
    const open = db.prepare("SELECT count(*) FROM batch WHERE state <> 'done'").pluck().get();
    if (open !== 0) throw new Error("a batch has no outcome");
    return Promise.resolve(0);
  },
  async close({ target, db }) {
    await target.end();
    db.close();
  },
};
