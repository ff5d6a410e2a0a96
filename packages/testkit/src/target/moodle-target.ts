import { rmSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { existingUser, freshInstall, indexes, type ExistingPerson } from "./fresh-install.js";

/** The systems that come with Cutover. */
export const shippedMappings = path.resolve(import.meta.dirname, "../../../../mappings");

/**
 * Makes an empty Moodle as an SQLite database: the tables that mappings/moodle declares with Moodle's
 * unique indexes, the rows of a fresh install made ready for a load (cron and welcome messages off),
 * and people who are there already.
 */
export async function createMoodleTarget(
  file: string,
  people: readonly ExistingPerson[] = [],
): Promise<void> {
  // Loaded late: tests that need no target need no mapping language either.
  const { createTableStatements, loadSystem } = await import("@cutover/mapping");
  const { system, problems } = loadSystem({ folder: path.join(shippedMappings, "moodle") });
  if (system === null) throw new Error(`mappings/moodle has errors: ${problems[0]?.message ?? "unknown"}`);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  const db = new Database(file);
  try {
    db.pragma("journal_mode = WAL");
    db.transaction(() => {
      for (const statement of createTableStatements(system, "sqlite")) db.exec(statement);
      for (const [table, columns, unique] of indexes) {
        const list = columns.map((column) => `"${column}"`).join(", ");
        const name = `${table}_${columns.join("_")}`;
        db.exec(`CREATE ${unique ? "UNIQUE " : ""}INDEX "${name}" ON "mdl_${table}" (${list})`);
      }
      for (const [table, rows] of Object.entries(freshInstall))
        for (const row of rows) insert(db, table, row);
      people.forEach((person, i) => insert(db, "user", existingUser(3 + i, person)));
    })();
  } finally {
    db.close();
  }
}

function insert(
  db: Database.Database,
  table: string,
  row: Readonly<Record<string, string | number | null>>,
): void {
  const columns = Object.keys(row).map((column) => `"${column}"`);
  const marks = columns.map(() => "?").join(", ");
  db.prepare(`INSERT INTO "mdl_${table}" (${columns.join(", ")}) VALUES (${marks})`).run(
    ...Object.values(row),
  );
}

/** Changes a target behind everybody's back; gives the number of rows that were changed. */
export function tamper(file: string, sql: string): number {
  const db = new Database(file);
  try {
    return db.prepare(sql).run().changes;
  } finally {
    db.close();
  }
}
