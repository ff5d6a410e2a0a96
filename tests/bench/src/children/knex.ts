import { createHash } from "node:crypto";
import Sqlite from "better-sqlite3";
import knexOf, { type Knex } from "knex";
import { DateTime } from "luxon";
import { types } from "pg";

/** A record as the source has it; dates and decimals as texts, so that nothing is rounded or shifted. */
interface SourceRecord {
  readonly record_id: number;
  readonly person_id: number;
  readonly course_id: number;
  readonly outcome: string;
  readonly started_on: string | null;
  readonly finished_at: string | null;
  readonly score: string | number | null;
  readonly remark: string | null;
}

interface Result {
  readonly result_id: number;
  readonly learner_id: number;
  readonly course_id: number;
  readonly state: string;
  readonly begun_on: string | null;
  readonly ended: number | null;
  readonly points: number | null;
  readonly note: string | null;
}

const pageSize = 1000;
/** SQLite takes no more rows in one statement as knex writes it. */
const rowsPerUpsert = { "better-sqlite3": 400, pg: 1000, mysql2: 1000 } as const;

const { DATE, TIMESTAMP, NUMERIC, INT8 } = types.builtins;
for (const type of [DATE, TIMESTAMP, NUMERIC]) types.setTypeParser(type, (text: string) => text);
types.setTypeParser(INT8, Number);

function open(url: string): Knex {
  if (url.startsWith("sqlite:")) {
    const connection = { filename: url.slice("sqlite:".length) };
    return knexOf({ client: "better-sqlite3", connection, useNullAsDefault: true });
  }
  if (url.startsWith("postgres")) return knexOf({ client: "pg", connection: url });
  const { hostname, port, username, password, pathname } = new URL(url);
  return knexOf({
    client: "mysql2",
    connection: {
      host: hostname,
      port: Number(port || "3306"),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: pathname.slice(1),
      charset: "utf8mb4",
      dateStrings: true,
    },
  });
}

/** Ids of the target by ids of the source, by what both call a row. */
async function translation(
  from: Knex.QueryBuilder<never, { id: number; name: string }[]>,
  to: Knex.QueryBuilder<never, { id: number; name: string }[]>,
): Promise<ReadonlyMap<number, number>> {
  const known = new Map((await to).map(({ id, name }) => [name, id]));
  return new Map((await from).map(({ id, name }) => [id, known.get(name)!]));
}

const states: Readonly<Record<string, string>> = {
  Completed: "done",
  Passed: "passed",
  Failed: "failed",
  Exempt: "exempt",
  "In Progress": "open",
};

const zone = "Europe/Berlin";
const offsets = new Map<string, number | null>();

/** Minutes a whole day is ahead of UTC; null where its clocks are turned. Asking luxon for each record takes long. */
function offsetOf(day: string): number | null {
  let offset = offsets.get(day);
  if (offset === undefined) {
    const start = DateTime.fromISO(day, { zone });
    offset = start.offset === start.endOf("day").offset ? start.offset : null;
    offsets.set(day, offset);
  }
  return offset;
}

function epoch(local: string): number {
  const offset = offsetOf(local.slice(0, 10));
  const seconds =
    offset === null
      ? DateTime.fromSQL(local, { zone }).toSeconds()
      : Date.parse(`${local.replace(" ", "T")}Z`) / 1000 - offset * 60;
  if (Number.isNaN(seconds)) throw new Error("not a time");
  return seconds;
}

/** The result a record becomes; throws what is wrong with it. */
function toResult(
  record: SourceRecord,
  people: ReadonlyMap<number, number>,
  courses: ReadonlyMap<number, number>,
): Result {
  const learner = people.get(record.person_id);
  const course = courses.get(record.course_id);
  const state = states[record.outcome];
  if (learner === undefined || course === undefined) throw new Error("nobody or nothing it is of");
  if (state === undefined) throw new Error("unknown outcome");
  const points = record.score === null ? null : Number(record.score);
  if (points !== null && !(points >= 0 && points <= 100)) throw new Error("score out of range");
  if (state !== "open" && record.finished_at === null) throw new Error("ended without a date");
  if (state === "passed" && points === null) throw new Error("passed without a score");
  return {
    result_id: record.record_id,
    learner_id: learner,
    course_id: course,
    state,
    begun_on: record.started_on,
    ended: record.finished_at === null ? null : epoch(record.finished_at),
    points,
    note: record.remark === null ? null : record.remark.trim().normalize("NFC").slice(0, 255),
  };
}

const hashOf = (record: SourceRecord): Buffer => createHash("sha256").update(JSON.stringify(record)).digest();

const [sourceUrl, targetUrl] = process.argv.slice(2);
const source = open(sourceUrl!);
const target = open(targetUrl!);
const ledger = new Sqlite("knex-ledger.db");
ledger.pragma("journal_mode = WAL");
ledger.pragma("synchronous = NORMAL");
ledger.exec("CREATE TABLE outcome (key TEXT PRIMARY KEY, hash BLOB NOT NULL, outcome TEXT NOT NULL)");
const note = ledger.prepare("INSERT OR REPLACE INTO outcome VALUES (?, ?, ?)");

const people = await translation(
  source("person").select({ id: "person_id", name: "login" }) as never,
  target("learner").select({ id: "id", name: "username" }) as never,
);
const courses = await translation(
  source("training").select({ id: "course_id", name: "code" }) as never,
  target("course").select({ id: "id", name: "code" }) as never,
);
const atOnce = rowsPerUpsert[target.client.config.client as keyof typeof rowsPerUpsert];

const columns = "record_id person_id course_id outcome started_on finished_at score remark".split(" ");
for (let last = 0; ;) {
  const records = (await source("training_record")
    .select(columns)
    .where("record_id", ">", last)
    .orderBy("record_id")
    .limit(pageSize)) as SourceRecord[];
  if (records.length === 0) break;
  last = records.at(-1)!.record_id;
  const results: Result[] = [];
  const outcomes: [string, Buffer, string][] = [];
  for (const record of records) {
    try {
      results.push(toResult(record, people, courses));
      outcomes.push([String(record.record_id), hashOf(record), "loaded"]);
    } catch (error) {
      outcomes.push([String(record.record_id), hashOf(record), (error as Error).message]);
    }
  }
  await target.transaction(async (transaction) => {
    for (let i = 0; i < results.length; i += atOnce) {
      await transaction("learning_result")
        .insert(results.slice(i, i + atOnce))
        .onConflict("result_id")
        .merge();
    }
  });
  ledger.transaction(() => {
    for (const outcome of outcomes) note.run(...outcome);
  })();
}
await Promise.all([source.destroy(), target.destroy()]);
ledger.close();
