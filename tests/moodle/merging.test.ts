import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Balance } from "@cutover/model";
import { cutover } from "./cutover.js";
import { makeMoving, type Moving } from "./moving.js";
import { samplesAreThere } from "./samples.js";
import { stateOf } from "./target-state.js";

type Books = Readonly<Record<string, Partial<Balance>>>;

/** A Moodle in use, with the same people and courses, that has lost all completions, badges and certificates. */
const forgotten = [
  "course_completions",
  "course_completion_crit_compl",
  "course_modules_completion",
  "course_modules_viewed",
  "grade_grades",
  "badge_issued",
  "tool_certificate_issues",
  "customcert_issues",
].map((table) => `DELETE FROM mdl_${table}`);

/** Somebody who moved house, and has said more of themselves there than in the source. */
const somebody = "(SELECT MIN(id) FROM mdl_user WHERE id > 10 AND deleted = 0)";
const told = `UPDATE mdl_user SET city = 'Elsewhere', lastnamephonetic = 'Ell', alternatename = 'Al' WHERE id = ${somebody}`;

describe.skipIf(!samplesAreThere())("a real Moodle moves into one that has its courses already", () => {
  let moving: Moving;
  const inTarget = async (sql: string): Promise<number> => {
    const [row] = await moving.target.ask(sql);
    return Number(Object.values(row!)[0]);
  };

  beforeAll(async () => {
    moving = await makeMoving("mariadb", "postgresql", { dump: "source", statements: [...forgotten, told] });
  });
  afterAll(async () => {
    await moving?.close();
  });

  it("recognizes people, courses and places, and brings the history", async () => {
    const { json } = await cutover<{ entities: Books }>("run", moving.folder);
    expect(json.entities).toMatchObject({
      organization: { created: 0, unchanged: 5 },
      // The twelve deleted people have other names on another site: theirs hold the day they were deleted.
      user: { created: 12, updated: 1, unchanged: 286, flagged: 2 },
      course: { created: 0, unchanged: 25 },
      completion: { created: 763 },
    });
    expect(await inTarget("SELECT COUNT(*) FROM mdl_course")).toBe(26);
    expect(await inTarget("SELECT COUNT(*) FROM mdl_user_enrolments")).toBe(846);
  });

  it("leaves what the source says nothing of as it is", async () => {
    const sql = `SELECT city, lastnamephonetic, alternatename FROM mdl_user WHERE id = ${somebody}`;
    const [row] = await moving.target.ask(sql);
    expect(row).toMatchObject({ lastnamephonetic: "Ell", alternatename: "Al" });
    expect(row!["city"]).not.toBe("Elsewhere");
  });

  it("reads back what the projection says", async () => {
    const { json } = await cutover<{ verdict: string }>("reconcile", moving.folder);
    expect(json.verdict).toBe("match");
  });

  it("leaves the courses' own criteria as they are, and marks each of them", async () => {
    expect(await inTarget("SELECT COUNT(*) FROM mdl_course_completion_criteria WHERE criteriatype = 7")).toBe(
      0,
    );
    expect(
      await inTarget(
        `SELECT COUNT(*) FROM mdl_course_completions c
         JOIN mdl_course_completion_criteria k ON k.course = c.course
         LEFT JOIN mdl_course_completion_crit_compl d
           ON d.userid = c.userid AND d.course = c.course AND d.criteriaid = k.id AND d.timecompleted = c.timecompleted
         WHERE c.timecompleted > 0 AND d.id IS NULL`,
      ),
    ).toBe(0);
  });

  it("marks the activities among the criteria as done on that day, and as viewed where that is the rule", async () => {
    expect(
      await inTarget(
        `SELECT COUNT(*) FROM mdl_course_completions c
         JOIN mdl_course_completion_criteria k ON k.course = c.course AND k.criteriatype = 4
         JOIN mdl_course_modules m ON m.id = k.moduleinstance
         LEFT JOIN mdl_course_modules_completion d ON d.userid = c.userid AND d.coursemoduleid = m.id
           AND d.completionstate = 1 AND d.timemodified = c.timecompleted
         LEFT JOIN mdl_course_modules_viewed v ON v.userid = c.userid AND v.coursemoduleid = m.id
         WHERE c.timecompleted > 0 AND (d.id IS NULL OR (m.completionview = 1 AND v.id IS NULL))`,
      ),
    ).toBe(0);
    expect(await inTarget("SELECT COUNT(*) FROM mdl_course_modules_completion")).toBe(594);
  });

  it("gives no role twice, and keeps the methods of places", async () => {
    const roles = "SELECT component, COUNT(*) AS n FROM mdl_role_assignments GROUP BY component ORDER BY 1";
    expect(await moving.target.ask(roles)).toEqual([
      { component: "", n: "798" },
      { component: "enrol_cohort", n: "44" },
    ]);
    expect(
      await inTarget(
        "SELECT COUNT(*) FROM mdl_user_enrolments u JOIN mdl_enrol e ON e.id = u.enrolid WHERE e.enrol <> 'manual'",
      ),
    ).toBe(88);
  });

  it("is undone to the last row", async () => {
    const { json } = await cutover<{ kept: readonly unknown[] }>("undo", moving.folder);
    expect(json.kept).toEqual([]);
    expect(await stateOf(moving.target)).toEqual(moving.untouched);
  });
});
