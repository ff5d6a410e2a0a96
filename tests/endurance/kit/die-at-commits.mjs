// Loaded before the program by `node --import`. It watches the drivers of the databases, and kills the
// process with SIGKILL right before, or right after, a commit of a kind that it has not died at yet.
// A kind is what was written in the transaction: which file or server, which tables. Where it died is
// noted in the file DIE_AT_COMMITS, so that the same command, given again, comes one kind further.
// The program itself knows nothing of this.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const notes = process.env.DIE_AT_COMMITS;
const died = new Set(existsSync(notes) ? readFileSync(notes, "utf8").split("\n") : []);
/** Of a hundred kinds, how many it dies at; which, the seed decides. */
const share = Number(process.env.DIE_SHARE ?? 100);
const chosen = (name) =>
  createHash("sha256").update(`${process.env.DIE_SEED} ${name}`).digest().readUInt32BE() % 100 < share;

function dieAt(moment, kind) {
  const name = `${moment} ${kind}`;
  if (died.has(name) || !chosen(name)) return;
  appendFileSync(notes, `${name}\n`);
  process.kill(process.pid, "SIGKILL");
  // The signal reaches a process a moment after it was sent, and not a statement later.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
}

const verbs =
  /^\s*(?:WITH [^]*?\)\s*)?(INSERT(?: OR \w+)?(?: IGNORE)? INTO|UPDATE|DELETE FROM|CREATE TABLE|COPY|LOAD DATA|SELECT setval|SELECT nextval|ALTER TABLE)\s*\(?["'`]?([\w.]*)/i;

/** What a statement writes, in a word or two; null where it only reads. */
function written(sql) {
  const found = verbs.exec(sql);
  return found === null ? null : `${found[1].split(" ")[0].toLowerCase()} ${found[2]}`;
}

const kindOf = (where, writes) => `${where}: ${[...writes].toSorted((a, b) => (a < b ? -1 : 1)).join(", ")}`;

const require = createRequire(path.resolve(import.meta.dirname, "../../../packages/sql/package.json"));

/** Puts something around a method; `around` is given the method as it was. */
function wrap(prototype, name, around) {
  const method = prototype[name];
  prototype[name] = function wrapped(...args) {
    return around.call(this, method, args);
  };
}

// --- SQLite: the ledger, and a target. Its calls end before they return.
const Sqlite = require("better-sqlite3");
const probe = new Sqlite(":memory:");
const Statement = Object.getPrototypeOf(probe.prepare("SELECT 1"));
probe.close();
const open = new WeakMap();
const whereOf = (db) =>
  db.name.endsWith("ledger.db") ? "ledger" : db.name.endsWith(".lock") ? "lock" : "sqlite";
const writesOf = (db) => {
  if (!open.has(db)) open.set(db, new Set());
  return open.get(db);
};
function sqlite(db, sql, work) {
  const where = whereOf(db);
  if (where === "lock") return work();
  const head = sql
    .trim()
    .split(/[\s;]+/)[0]
    .toUpperCase();
  const writes = writesOf(db);
  if (head === "COMMIT") {
    const kind = kindOf(where, writes);
    const any = writes.size > 0;
    if (any) dieAt("before", kind);
    const result = work();
    if (any) dieAt("after", kind);
    writes.clear();
    return result;
  }
  if (head === "BEGIN" || head === "ROLLBACK") writes.clear();
  const write = written(sql);
  if (write === null || write.includes("temp.")) return work();
  if (db.inTransaction) {
    writes.add(write);
    return work();
  }
  dieAt("before", kindOf(where, [write]));
  const result = work();
  dieAt("after", kindOf(where, [write]));
  return result;
}
wrap(Statement, "run", function run(method, args) {
  // A transaction's own statements know the inner database only.
  const db = this.database;
  return sqlite(db, this.source, () => method.apply(this, args));
});
wrap(Sqlite.prototype, "exec", function exec(method, args) {
  return sqlite(this, args[0], () => method.apply(this, args));
});

// --- The servers: what was written since BEGIN, connection by connection.
const session = new WeakMap();
function server(connection, where, sql) {
  const head = sql
    .trim()
    .split(/[\s;]+/)[0]
    .toUpperCase();
  const state = session.get(connection) ?? { writes: new Set(), inside: false };
  session.set(connection, state);
  if (head === "COMMIT") {
    const kind = kindOf(where, state.writes);
    const any = state.writes.size > 0;
    state.writes = new Set();
    state.inside = false;
    return any ? kind : null;
  }
  if (head === "BEGIN" || head === "START") {
    state.inside = true;
    state.writes = new Set();
  } else if (head === "ROLLBACK") state.inside = false;
  const write = written(sql);
  if (write === null) return null;
  if (!state.inside) return kindOf(where, [write]);
  state.writes.add(write);
  return null;
}

const pg = require("pg");
wrap(pg.Client.prototype, "query", function query(method, args) {
  const [config] = args;
  const sql = typeof config === "string" ? config : (config?.text ?? "");
  const kind = server(this, "postgresql", sql);
  if (kind === null) return method.apply(this, args);
  dieAt("before", kind);
  const result = method.apply(this, args);
  return result instanceof Promise
    ? result.then((answer) => {
        dieAt("after", kind);
        return answer;
      })
    : result;
});

const mysql = require("mysql2");
for (const name of ["query", "execute"]) {
  wrap(mysql.Connection.prototype, name, function ask(method, args) {
    const [config] = args;
    const sql = typeof config === "string" ? config : (config?.sql ?? "");
    const kind = server(this, "mariadb", sql);
    const answer = args.at(-1);
    if (kind === null || typeof answer !== "function") return method.apply(this, args);
    dieAt("before", kind);
    const told = (...answers) => {
      dieAt("after", kind);
      answer(...answers);
    };
    return method.apply(this, [...args.slice(0, -1), told]);
  });
}
