import { createHash } from "node:crypto";
import { isMainThread } from "node:worker_threads";
import type { Database } from "better-sqlite3";
import mysql, { type Connection } from "mysql2/promise";
import pg from "pg";
import { contentOf, hashBytes, putHash, toCompletion, type SourceRow } from "./canonical.js";
import { mustEscape } from "./copy-text.js";
import { Inserts, mappings, openLedger, rowsPerInsert, type Hashed, type Value } from "./ledger.js";
import { stagePeopleAndCourses, type Known } from "./people-and-courses.js";
import { rangeOf, type Phase } from "./phase.js";
import { sourceTotals } from "./totals.js";

interface Tools {
  readonly source: Connection;
  readonly target: pg.Client;
  readonly db: Database;
  /** Asked for while all else is done. */
  readonly totals: Promise<readonly Total[]>;
}

type Total = readonly [status: string, count: number, score: string];

interface Given {
  readonly people: Known;
  readonly courses: Known;
  /** Ids of completions are their keys and this. */
  readonly base: number;
  /** Least and greatest key. */
  readonly first: number;
  readonly last: number;
}

/** Keys of a page: few enough that rows are forgotten before they are moved in memory. */
const pageSize = 4_000;

const page = `SELECT record_id, person_id, course_id, outcome, started_on, finished_at, score, remark
  FROM training_record WHERE record_id BETWEEN ? AND ? ORDER BY record_id`;
const present = "SELECT result_id FROM learning_result WHERE result_id BETWEEN $1 AND $2";

const connect = (url: string): Promise<Connection> =>
  mysql.createConnection({ uri: url, charset: "utf8mb4", dateStrings: true });

async function snapshotOf(url: string): Promise<Connection> {
  const connection = await connect(url);
  await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
  return connection;
}

async function totalsOf(source: Connection): Promise<readonly Total[]> {
  const [totals] = await source.query({ sql: sourceTotals, rowsAsArray: true });
  await source.end();
  return totals as unknown as readonly Total[];
}

/** Rows of a page, made into what is inserted of them, a hundred to a statement. */
function prepare(rows: readonly SourceRow[], { people, courses, base }: Given) {
  const hashes = Buffer.allocUnsafe(rows.length * hashBytes);
  const records: Hashed[] = [];
  const staged: Value[][] = [];
  const special: number[] = [];
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    const end = Math.min(start + rowsPerInsert, rows.length);
    const [recordValues, stagedValues]: [Value[], Value[]] = [[], []];
    for (let i = start; i < end; i += 1) {
      const row = rows[i]!;
      const { completion, flag } = toCompletion(row);
      const { status, startedAt, completedAt, score, comment } = completion;
      const [attempt, user, course] = row;
      const id = base + attempt;
      const userId = people[user] ?? 0;
      const courseId = courses[course] ?? 0;
      putHash(contentOf(completion), hashes, i);
      const reason = flag ?? (userId === 0 || courseId === 0 ? "nobody or nothing it is of" : null);
      if (reason !== null) throw new Error(`a record is flagged (${reason}): this program knows of none`);
      if (comment !== null && mustEscape(comment)) special.push(id);
      recordValues.push(id, attempt);
      stagedValues.push(id, user, userId, course, courseId, attempt);
      stagedValues.push(status, startedAt, completedAt, score, comment);
    }
    records.push({ values: recordValues, hashes: hashes.subarray(start * hashBytes, end * hashBytes) });
    staged.push(stagedValues);
  }
  const digest = createHash("sha256").update(hashes).digest("hex");
  return { records, staged, special, digest };
}

/** Notes what was done, chained to what was noted before. */
function note(db: Database, text: string): void {
  const last = db.prepare("SELECT digest FROM event ORDER BY id DESC LIMIT 1").pluck().get() as
    | string
    | undefined;
  const digest = createHash("sha256")
    .update(`${last ?? ""}\n${text}`)
    .digest("hex");
  db.prepare("INSERT INTO event (text, digest) VALUES (?, ?)").run(text, digest);
}

/** Reads the source, maps, checks, looks what the target has, and stages; gives how many rows it read. */
export const plan: Phase<Tools, Given> = {
  // So all connections see the source as it was at one moment.
  async hold({ source }) {
    const connection = await connect(source);
    await connection.query("FLUSH TABLES WITH READ LOCK");
    openLedger({ create: true }).close();
    return () => connection.end();
  },
  async open(urls) {
    const source = await snapshotOf(urls.source);
    const totals = isMainThread ? totalsOf(await snapshotOf(urls.source)) : Promise.resolve([]);
    const target = new pg.Client({ connectionString: urls.target });
    await target.connect();
    return { source, target, db: openLedger(), totals };
  },
  async begin({ source, target, db }) {
    const [people, courses] = await stagePeopleAndCourses(source, target, db);
    const base = db.prepare("SELECT max(id) FROM record").pluck().get() as number;
    const [bounds] = await source.query({
      sql: "SELECT MIN(record_id), MAX(record_id) FROM training_record",
      rowsAsArray: true,
    });
    const [first, last] = (bounds as unknown as [[number, number]])[0];
    return { people, courses, base, first, last };
  },
  async share({ source, target, db }, given, turns) {
    const records = new Inserts(db, "record", `(?, ${mappings.completion}, ?, HASH, 'created', NULL)`);
    const staged = new Inserts(db, "completion", "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const markSpecial = db.prepare("INSERT INTO special VALUES (?)");
    let read = 0;
    const ask = () => {
      const piece = turns.take();
      const range = rangeOf(piece, pageSize, given.first, given.last);
      if (range === null) return null;
      return { piece, range, rows: source.query({ sql: page, rowsAsArray: true }, [...range]) };
    };
    for (let asked = ask(); asked !== null;) {
      const { piece, range } = asked;
      const held = target.query({ text: present, values: [...range], rowMode: "array" });
      const rows = (await asked.rows)[0] as unknown as readonly SourceRow[];
      asked = ask();
      const prepared = prepare(rows, given);
      if ((await held).rows.length > 0) throw new Error("the target has results: this program knows of none");
      const write = db.transaction(() => {
        for (const { values, hashes } of prepared.records) records.run(values, hashes);
        for (const values of prepared.staged) staged.run(values);
        for (const id of prepared.special) markSpecial.run(id);
        note(db, `staged ${range[0]} to ${range[1]}: ${prepared.digest}`);
      });
      await turns.inTurn(piece, () => write.immediate());
      read += rows.length;
    }
    return read;
  },
  async end({ db, totals }, { base, first, last }) {
    const add = db.prepare("INSERT INTO total VALUES ('source', ?, ?, ?)");
    for (const total of await totals) add.run(...total);
    const balance = "SELECT count(*) FROM record WHERE mapping = ?";
    const books = { created: db.prepare(balance).pluck().get(mappings.completion) };
    note(db, `planned ${JSON.stringify(books)}`);
    const digest = db.prepare("SELECT digest FROM event ORDER BY id DESC LIMIT 1").pluck().get();
    db.prepare("INSERT INTO plan VALUES (?, ?, ?, ?)").run(digest, base, first, last);
    return 0;
  },
  async close({ source, target, db }) {
    await Promise.all([source.end(), target.end()]);
    db.close();
  },
};
