import { rmSync } from "node:fs";
import path from "node:path";
import { createMoodleTarget } from "@cutover/testkit";
import Sqlite from "better-sqlite3";
import { courseRows, learnerRows, type Size } from "./rows.js";

/** The kind of a criterion that is an activity, as Moodle numbers them. */
const activity = 4;
/** Moodle's own front page and administrators come first. */
const firstId = 10;

/**
 * A Moodle that has the people and the courses. Each course has one criterion, an activity that has to be
 * looked at: a completion with a score is then rows of five tables.
 */
export async function makeMoodle(folder: string, size: Size): Promise<string> {
  const file = path.join(folder, "moodle.db");
  rmSync(file, { force: true });
  await createMoodleTarget(
    file,
    [...learnerRows(size.people)].map((row) => {
      const [, username, givenName, familyName] = row.map(String) as [string, string, string, string];
      // What the source does not know is empty here too, so that nobody has to be changed.
      return { employeeId: "", username, givenName, familyName, email: "" };
    }),
  );
  const db = new Sqlite(file);
  const insert = (table: string, columns: readonly string[]) =>
    db.prepare(
      `INSERT INTO "mdl_${table}" (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
  const course = insert("course", ["id", "category", "shortname", "fullname", "enablecompletion"]);
  const module = insert("course_modules", ["id", "course", "completion", "completionview"]);
  const criterion = insert("course_completion_criteria", [
    "course",
    "criteriatype",
    "module",
    "moduleinstance",
  ]);
  db.transaction(() => {
    [...courseRows(size.courses)].forEach(([, code, name], i) => {
      const id = firstId + i;
      course.run(id, 1, code, name, 1);
      module.run(id, id, 2, 1);
      criterion.run(id, activity, "page", id);
    });
  })();
  db.close();
  return `sqlite:${file}`;
}
