import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cutover, makeDemoMigration, tamper } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Reconciled {
  readonly verdict: string;
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** What somebody, or something, does to the target behind our back, and how it has to show. */
interface Tampering {
  readonly what: string;
  readonly sql: string;
  readonly entity: string;
  readonly verdict: "different" | "missing" | "unexpected";
}

const one = (table: string, where: string): string => `(SELECT MIN(id) FROM "${table}" WHERE ${where})`;

const tamperings: readonly Tampering[] = [
  {
    what: "a completion date is changed by a day",
    sql: `UPDATE mdl_course_completions SET timecompleted = timecompleted + 86400 WHERE id = ${one("mdl_course_completions", "timecompleted > 0")}`,
    entity: "completion",
    verdict: "different",
  },
  {
    what: "a completion date is changed by a second",
    sql: `UPDATE mdl_course_completions SET timecompleted = timecompleted - 1 WHERE id = ${one("mdl_course_completions", "timecompleted > 0")}`,
    entity: "completion",
    verdict: "different",
  },
  {
    what: "a completion is taken back",
    sql: `UPDATE mdl_course_completions SET timecompleted = NULL WHERE id = ${one("mdl_course_completions", "timecompleted > 0")}`,
    entity: "completion",
    verdict: "different",
  },
  {
    what: "a completion is dropped",
    sql: `DELETE FROM mdl_course_completions WHERE id = ${one("mdl_course_completions", "timecompleted > 0")}`,
    entity: "completion",
    verdict: "missing",
  },
  {
    what: "a completion appears that nobody has earned",
    sql: `INSERT INTO mdl_course_completions (userid, course, timeenrolled, timestarted, timecompleted)
          SELECT u.id, c.id, 1700000000, 1700000000, 1700000000 FROM mdl_user u, mdl_course c
          WHERE c.id > 1 AND u.id > 2 AND NOT EXISTS (SELECT 1 FROM mdl_course_completions x WHERE x.userid = u.id AND x.course = c.id)
          LIMIT 1`,
    entity: "completion",
    verdict: "unexpected",
  },
  {
    what: "a person is doubled under another user name",
    sql: `INSERT INTO mdl_user (auth, confirmed, mnethostid, username, idnumber, firstname, lastname, email)
          SELECT auth, confirmed, mnethostid, username || '.copy', idnumber, firstname, lastname, email
          FROM mdl_user WHERE id = (SELECT MAX(id) FROM mdl_user)`,
    entity: "user",
    verdict: "unexpected",
  },
  {
    what: "a leaver is let in again",
    sql: `UPDATE mdl_user SET suspended = 0 WHERE id = ${one("mdl_user", "suspended = 1")}`,
    entity: "user",
    verdict: "different",
  },
  {
    what: "a name loses its accents",
    sql: `UPDATE mdl_user SET lastname = 'Muller' WHERE id = ${one("mdl_user", "lastname = 'Müller' AND id > 20")}`,
    entity: "user",
    verdict: "different",
  },
  {
    what: "a course is renamed",
    sql: `UPDATE mdl_course SET fullname = fullname || '!' WHERE id = (SELECT MAX(id) FROM mdl_course)`,
    entity: "course",
    verdict: "different",
  },
  {
    what: "a place in a course is taken away",
    sql: `DELETE FROM mdl_user_enrolments WHERE id = (SELECT MAX(id) FROM mdl_user_enrolments)`,
    entity: "enrollment",
    verdict: "missing",
  },
  {
    what: "a place in a course is suspended",
    sql: `UPDATE mdl_user_enrolments SET status = 1 WHERE id = ${one("mdl_user_enrolments", "status = 0")}`,
    entity: "enrollment",
    verdict: "different",
  },
  {
    what: "an award is made to hold a year longer",
    sql: `UPDATE mdl_tool_certificate_issues SET expires = expires + 31536000 WHERE id = ${one("mdl_tool_certificate_issues", "expires > 0")}`,
    entity: "award",
    verdict: "different",
  },
];

describe("a target that was tampered with after the load", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-tamper-"));
  const original = path.join(folder, "original");
  beforeAll(async () => {
    await makeDemoMigration(original, { size: "tiny", defects: false });
    await cutover(["run", original], [0]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const reconcile = async (sql: string): Promise<Reconciled> => {
    const copy = mkdtempSync(path.join(folder, "copy-"));
    cpSync(original, copy, { recursive: true });
    const changed = sql === "" ? 1 : tamper(path.join(copy, "moodle.db"), sql);
    expect(changed).toBe(1);
    const { document } = await cutover(["reconcile", copy], [0, 5]);
    return document as Reconciled;
  };

  it("matches before anything is changed", async () => {
    expect((await reconcile("")).verdict).toBe("match");
  });

  it.each(tamperings)("is found out when $what", async ({ sql, entity, verdict }) => {
    const result = await reconcile(sql);
    expect(result.verdict).toBe("mismatch");
    expect(result.entities[entity]![verdict]).toBeGreaterThanOrEqual(1);
  });

  it("is found out when a trigger adds rows that no mapping reads back", async () => {
    const other = path.join(folder, "adding");
    await makeDemoMigration(other, { size: "tiny", defects: false });
    tamper(
      path.join(other, "moodle.db"),
      `CREATE TRIGGER double AFTER INSERT ON mdl_course_completion_crit_compl WHEN NEW.id % 7 = 0
       BEGIN INSERT INTO mdl_course_completion_crit_compl (userid, course, criteriaid, timecompleted)
         VALUES (NEW.userid, NEW.course, -NEW.id, NEW.timecompleted); END`,
    );
    await cutover(["run", other], [0, 4]);
    const { document } = await cutover(["reconcile", other], [5]);
    expect((document as Reconciled).entities["completion"]!["unexpected"]).toBeGreaterThan(0);
  });

  it("is found out when a trigger shifts dates while they are loaded", async () => {
    const other = path.join(folder, "trigger");
    await makeDemoMigration(other, { size: "tiny", defects: false });
    tamper(
      path.join(other, "moodle.db"),
      `CREATE TRIGGER shift AFTER INSERT ON mdl_course_completions WHEN NEW.id % 97 = 0 AND NEW.timecompleted > 0
       BEGIN UPDATE mdl_course_completions SET timecompleted = NEW.timecompleted + 3600 WHERE id = NEW.id; END`,
    );
    await cutover(["run", other], [0, 4]);
    const { document } = await cutover(["reconcile", other], [5]);
    expect((document as Reconciled).entities["completion"]!["different"]).toBeGreaterThan(0);
  });
});
