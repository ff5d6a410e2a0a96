import { randomUUID } from "node:crypto";
import { CutoverError, type Extractor } from "@cutover/model";
import { conformers, database, forDialect, type Database, type Role, type Session } from "@cutover/sql";
import { sqlOf } from "./extract.js";
import { narrowed } from "./narrow.js";
import { plainTable } from "./plain-table.js";
import { readRows } from "./read.js";

export interface SqlExtractorOptions {
  /** As migration.yaml declares it; see SqlConnection of @cutover/sql. */
  readonly connection: Readonly<Record<string, unknown>>;
  /** Where relative paths begin. */
  readonly folder: string;
  /** Which end of the migration errors name; whichever it is, nothing is written. */
  readonly role?: Role | undefined;
  /** The `state` of another extractor of the same database, which is to be seen here, too. */
  readonly state?: string | undefined;
}

/**
 * Reads a database through one connection and one transaction, so that all extracts see one state
 * of it, however long the reading takes.
 *
 * Where the engine cannot interleave reads (MySQL, MariaDB), an extract is read to its end before
 * anything else is asked.
 */
export async function createSqlExtractor(options: SqlExtractorOptions): Promise<Extractor> {
  const { connection, folder, role = "source", state } = options;
  const source = database(connection, { folder, role, readonly: true });
  const session = await source.session();
  try {
    const snapshot = await session.isolates();
    await session.begin("snapshot", state);
    return extractorOf(source, session, snapshot);
  } catch (error) {
    await session.close();
    throw error;
  }
}

function extractorOf(source: Database, first: Session, snapshot: boolean): Extractor {
  let session = first;
  let closed = false;
  let begun = true;
  let state = randomUUID();
  /** After a loss the state that was read is gone: only who lets go of it is given a new one. */
  const open = async (): Promise<Session> => {
    if (closed) throw new CutoverError("internal", "the extractor is closed");
    if (begun) return session;
    if (session.lost) {
      await session.close();
      session = await source.session();
    }
    await session.begin("snapshot");
    begun = true;
    state = randomUUID();
    return session;
  };
  return {
    medium: "sql",
    capabilities: { snapshot, ordered: true, narrows: true, resumes: snapshot },
    columns: async (extract) => (await open()).columnsOf(sqlOf(extract, session.dialect)),
    async *read(extract, readOptions = {}) {
      const reading = await open();
      yield* readRows(reading, snapshot ? state : null, extract, readOptions);
    },
    async count(extract, narrow) {
      const { sql } = narrowed(extract, sqlOf(extract, session.dialect), narrow);
      // On lines of its own, so that a comment at the end of the extract ends there.
      const [row] = await (await open()).query(`SELECT COUNT(*) AS "rows" FROM (\n${sql}\n) counted`);
      return Number(conformers.integer(row?.["rows"] ?? 0));
    },
    tableOf: (extract) => plainTable(sqlOf(extract, session.dialect)),
    query: async (sql) => (await open()).query(forDialect(sql, session.dialect)),
    state: async () => (await open()).snapshot ?? null,
    async release() {
      if (begun && !closed) await session.rollback();
      begun = false;
    },
    async close() {
      if (closed) return;
      closed = true;
      if (begun) await session.rollback();
      await session.close();
    },
  };
}
