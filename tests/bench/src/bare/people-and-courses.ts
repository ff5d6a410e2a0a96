import type { Connection } from "mysql2/promise";
import type { Client } from "pg";
import type { Database } from "better-sqlite3";
import { hashBytes, putHash } from "./canonical.js";
import { Inserts, mappings, rowsPerInsert, type Value } from "./ledger.js";

/** Those that both systems have, matched by what both call them: staged, with the target's id. */
interface Matched {
  readonly mapping: number;
  readonly source: string;
  readonly target: string;
  readonly table: string;
}

const kinds: readonly Matched[] = [
  {
    mapping: mappings.person,
    source: "SELECT person_id, login, first_name, last_name FROM person ORDER BY person_id",
    target: "SELECT username, id, given_name, family_name FROM learner",
    table: "person",
  },
  {
    mapping: mappings.course,
    source: "SELECT course_id, code, title FROM training ORDER BY course_id",
    target: "SELECT code, id, name FROM course",
    table: "course",
  },
];

/** Record ids by the source's keys, in memory that threads share; 0 for nobody. */
export type Known = Int32Array;

/** Stages them, and gives those of people and those of courses. */
export async function stagePeopleAndCourses(
  source: Connection,
  target: Client,
  db: Database,
): Promise<readonly [people: Known, courses: Known]> {
  const found: Known[] = [];
  let before = 0;
  for (const kind of kinds) {
    const { known, last } = await stage(kind, before, source, target, db);
    found.push(known);
    before = last;
  }
  return [found[0]!, found[1]!];
}

type Texts = readonly (string | null)[];

async function stage(
  { mapping, source: from, target: to, table }: Matched,
  before: number,
  source: Connection,
  target: Client,
  db: Database,
): Promise<{ readonly known: Known; readonly last: number }> {
  const [read] = await source.query({ sql: from, rowsAsArray: true });
  const rows = read as unknown as readonly (readonly [key: number, name: string, ...Texts])[];
  const there = await target.query<[string, string, ...Texts]>({ text: to, rowMode: "array" });
  const held = new Map(there.rows.map(([name, id, ...rest]) => [name, { id: Number(id), rest }]));
  const known = new Int32Array(new SharedArrayBuffer(4 * ((rows.at(-1)?.[0] ?? 0) + 1)));
  const records = new Inserts(db, "record", `(?, ${mapping}, ?, HASH, 'unchanged', ?)`);
  const staged = new Inserts(db, table, `(?, ?${", ?".repeat((rows[0]?.length ?? 2) - 2)})`);
  const hashes = Buffer.allocUnsafe(rows.length * hashBytes);
  let [recordValues, stagedValues]: [Value[], Value[]] = [[], []];
  db.transaction(() => {
    rows.forEach(([key, name, ...rest], i) => {
      const match = held.get(name);
      if (match === undefined || rest.some((value, k) => value !== match.rest[k])) {
        throw new Error(`${table} differs: this program knows of no such case`);
      }
      putHash(`${name}\u001f${rest.join("\u001f")}`, hashes, i);
      const id = before + i + 1;
      known[key] = id;
      recordValues.push(id, key, match.id);
      stagedValues.push(id, name, ...rest);
      if ((i + 1) % rowsPerInsert !== 0 && i + 1 < rows.length) return;
      records.run(recordValues, hashes.subarray((i - (i % rowsPerInsert)) * hashBytes, (i + 1) * hashBytes));
      staged.run(stagedValues);
      recordValues = [];
      stagedValues = [];
    });
  })();
  return { known, last: before + rows.length };
}
