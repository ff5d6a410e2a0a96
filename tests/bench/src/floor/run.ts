import { finished } from "node:stream/promises";
import type { Database } from "better-sqlite3";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { hashBytes, putHash } from "./canonical.js";
import { Inserts, mappings, openLedger, rowsPerInsert, type Value } from "./ledger.js";
import { rangeOf, type Phase } from "./phase.js";

interface Tools {
  readonly target: pg.Client;
  readonly db: Database;
}

/** Least and greatest record id. */
interface Given {
  readonly first: number;
  readonly last: number;
}

/** Ids of a batch. */
const batchSize = 10_000;

const absent = "'\\N'";
/** All but the ids in one text, as COPY takes it: of one text little has to be made by JavaScript. */
const staged = `SELECT c.attempt, c.userId, c.courseId, concat_ws(x'09',
    CASE c.status WHEN 'completed' THEN 'done' WHEN 'waived' THEN 'exempt' WHEN 'in_progress' THEN 'open' ELSE c.status END,
    coalesce(c.startedAt, ${absent}), coalesce(c.completedAt, ${absent}), coalesce(c.score, ${absent}),
    coalesce(c.comment, ${absent})) AS rest, c.id, c.comment GLOB $special AS special
  FROM completion c JOIN record r ON r.id = c.id
  WHERE c.id BETWEEN $from AND $to AND r.disposition = 'created' ORDER BY c.id`;

type Staged = readonly [
  attempt: number,
  userId: number,
  courseId: number,
  rest: string,
  id: number,
  special: number | null,
];

/** Characters that COPY writes otherwise. */
const special = "*[\\\b\f\n\r\t\v]*";
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** The comment comes last, after four tabs. */
function escaped(rest: string): string {
  const [state, begun, ended, points, ...comment] = rest.split("\t");
  const note = comment.join("\t").replace(/[\\\b\f\n\r\t\v]/g, (c) => escapes[c]!);
  return [state, begun, ended, points, note].join("\t");
}

/** Ids of the target by record id. */
function targetKeys(db: Database): Int32Array {
  const rows = db.prepare("SELECT id, targetKey FROM record WHERE mapping IN (?, ?)").raw();
  const all = rows.all(mappings.person, mappings.course) as [number, number][];
  const keys = new Int32Array(all.reduce((most, [id]) => Math.max(most, id), 0) + 1);
  for (const [id, key] of all) keys[id] = key;
  return keys;
}

/** The lines of a batch, and what is noted of each before it is written. */
function compute(rows: readonly Staged[], keys: Int32Array, batch: number) {
  const hashes = Buffer.allocUnsafe(rows.length * hashBytes);
  const written: Value[][] = [];
  let values: Value[] = [];
  let text = "";
  for (let i = 0; i < rows.length; i += 1) {
    if (i % rowsPerInsert === 0) written.push((values = []));
    const [attempt, userId, courseId, rest, id, isSpecial] = rows[i]!;
    const line = `${attempt}\t${keys[userId]!}\t${keys[courseId]!}\t${isSpecial === 1 ? escaped(rest) : rest}`;
    putHash(line, hashes, i);
    values.push(id, batch, attempt, hashes.subarray(i * hashBytes, (i + 1) * hashBytes));
    text += `${line}\n`;
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
  begin: ({ db }) =>
    Promise.resolve(db.prepare("SELECT base + first AS first, base + last AS last FROM plan").get() as Given),
  async share({ target, db }, { first, last }, turns) {
    const keys = targetKeys(db);
    const read = db.prepare(staged).raw();
    const intend = db.prepare("INSERT INTO batch VALUES (?, 'intent', ?)");
    const done = db.prepare("UPDATE batch SET state = 'done' WHERE id = ?");
    const written = new Inserts(db, "written", "(?, ?, ?, ?)");
    let loaded = 0;
    let before: number | null = null;
    for (;;) {
      const piece = turns.take();
      const range = rangeOf(piece, batchSize, first, last);
      if (range === null) break;
      const rows = read.all({ from: range[0], to: range[1], special }) as readonly Staged[];
      const batch = compute(rows, keys, piece);
      const held = await target.query({
        text: "SELECT result_id FROM learning_result WHERE result_id BETWEEN $1 AND $2",
        values: [rows[0]?.[0] ?? 0, rows.at(-1)?.[0] ?? -1],
      });
      if (held.rows.length > 0) throw new Error("the target has some of them: this program knows of none");
      const outcome = before;
      const write = db.transaction(() => {
        if (outcome !== null) done.run(outcome);
        intend.run(piece, rows.length);
        for (const values of batch.written) written.run(values);
      });
      turns.inTurn(piece, () => write.immediate());
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
