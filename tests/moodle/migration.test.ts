import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isBalanced, type Balance } from "@cutover/model";
import type { Engine } from "@cutover/testkit";
import { cutover } from "./cutover.js";
import { makeMoving, type Moving } from "./moving.js";
import { samplesAreThere } from "./samples.js";
import { stateOf, type Row } from "./target-state.js";

type Books = Readonly<Record<string, Balance>>;

/** Both directions: what was a MariaDB becomes a PostgreSQL, and the other way round. */
const directions: readonly (readonly [from: Engine, to: Engine])[] = [
  ["mariadb", "postgresql"],
  ["postgresql", "mariadb"],
];

const book = (read: number, ends: Partial<Balance>): Balance => ({
  read,
  created: 0,
  updated: 0,
  unchanged: 0,
  merged: 0,
  excluded: 0,
  flagged: 0,
  ...ends,
});

/**
 * 302 people: the guest is left out, the administrator is there already, and two share a number; what is
 * theirs waits with them. 850 enrolments are 846 and the four role assignments outside of courses.
 */
const planned: Books = {
  organization: book(5, { created: 5 }),
  user: book(302, { created: 298, updated: 1, excluded: 1, flagged: 2 }),
  course: book(26, { created: 25, excluded: 1 }),
  certification: book(13, { created: 12, unchanged: 1 }),
  enrollment: book(850, { created: 835, excluded: 10, flagged: 5 }),
  completion: book(771, { created: 763, excluded: 3, flagged: 5 }),
  award: book(271, { created: 265, flagged: 6 }),
};

/** What was to be made or changed is as it should be now; all else ends as before. */
const settled: Books = Object.fromEntries(
  Object.entries(planned).map(([entity, b]) => [
    entity,
    { ...b, created: 0, updated: 0, unchanged: b.created + b.updated + b.unchanged },
  ]),
);

const dayIn = (zone: string, epoch: unknown): string =>
  new Date(Number(epoch) * 1000).toLocaleDateString("sv-SE", { timeZone: zone });

/** Rows of a name and a number as a record. */
const tally = (rows: readonly Row[]): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map((row) => Object.values(row)).map(([name, n]) => [String(name), Number(n)]));

/** What each mapping has to account for, row by row. */
const keysInSource: Readonly<Record<string, string>> = {
  "moodle/users": "SELECT id AS k FROM mdl_user",
  "moodle/courses": "SELECT id AS k FROM mdl_course",
  "moodle/cohorts": "SELECT id AS k FROM mdl_cohort",
  "moodle/completions": "SELECT CONCAT(userid, '|', course) AS k FROM mdl_course_completions",
  "moodle/badges": "SELECT CONCAT('badge:', id) AS k FROM mdl_badge",
  "moodle/badges-issued": "SELECT CONCAT('badge:', id) AS k FROM mdl_badge_issued",
  "moodle/customcerts": "SELECT CONCAT('customcert:', id) AS k FROM mdl_customcert",
  "moodle/customcerts-issued": "SELECT CONCAT('customcert:', id) AS k FROM mdl_customcert_issues",
  "moodle/certificates": "SELECT CONCAT('certificate:', id) AS k FROM mdl_tool_certificate_templates",
  "moodle/certificates-issued": "SELECT CONCAT('certificate:', id) AS k FROM mdl_tool_certificate_issues",
};

const recordsOf = (mapping: string): string =>
  `SELECT r.key, r.disposition, r.reason FROM record r JOIN mapping m ON m.id = r.mapping
   WHERE m.name = '${mapping}' AND m.direction = 'inbound'
     AND m.side = (SELECT id FROM side WHERE role = 'source')`;

const staged = (entity: string, field: string): string =>
  `SELECT e."${field}" AS value, COUNT(*) AS n FROM "${entity}" e JOIN record r ON r.id = e.id
   JOIN mapping m ON m.id = r.mapping JOIN side s ON s.id = m.side AND s.role = 'source' GROUP BY 1`;

const historyOfDeleted = (entity: string, also = ""): string =>
  `SELECT COUNT(*) FROM "${entity}" e JOIN record r ON r.id = e.id AND r.disposition = 'created'
   JOIN "user" u ON u.id = e."userId" AND u.status = 'deleted' WHERE 1 ${also}`;

/** Rows as lines. */
const lines = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) => Object.values(row).map(String).join(" | "));

const treeOfCourses = `SELECT c.shortname, k.name, k.depth, x.depth AS xdepth,
    CASE WHEN x.path LIKE CONCAT(p.path, '/%') THEN 1 ELSE 0 END AS below
  FROM mdl_course c JOIN mdl_course_categories k ON k.id = c.category
  JOIN mdl_context x ON x.contextlevel = 50 AND x.instanceid = c.id
  JOIN mdl_context p ON p.contextlevel = 40 AND p.instanceid = k.id
  ORDER BY c.shortname`;

const there = samplesAreThere();

describe.skipIf(!there).each(directions)("a real Moodle on %s moves into an empty one on %s", (from, to) => {
  let moving: Moving;
  const ledger = (sql: string): readonly Row[] => moving.ledger(sql);
  const count = (sql: string): number => Number(Object.values(ledger(sql)[0]!)[0]);
  const inTarget = async (sql: string): Promise<number> => {
    const [row] = await moving.target.ask(sql);
    return Number(Object.values(row!)[0]);
  };

  beforeAll(async () => {
    moving = await makeMoving(from, to);
  });
  afterAll(async () => {
    await moving?.close();
  });

  it("plans every record to one end", async () => {
    const { status, json, log } = await cutover<{ entities: Books }>("plan", moving.folder);
    expect(log).not.toContain("error");
    expect(status).toBe(4);
    expect(json.entities).toEqual(planned);
    expect(Object.values(json.entities).every(isBalanced)).toBe(true);
  });

  it("finds every row of the source by its key, with its end", async () => {
    for (const [mapping, sql] of Object.entries(keysInSource)) {
      const wanted = (await moving.source.ask(sql)).map(({ k }) => `${mapping} ${String(k)}`);
      const found = ledger(recordsOf(mapping));
      expect(found.map(({ key }) => `${mapping} ${String(key)}`).toSorted()).toEqual(wanted.toSorted());
      expect(found.filter(({ disposition }) => disposition === null)).toEqual([]);
    }
    // An enrolment is known by its number and its role's.
    const enrolments = await moving.source.ask("SELECT id FROM mdl_user_enrolments");
    expect(
      ledger(recordsOf("moodle/enrolments"))
        .map(({ key }) => String(key).split(":")[0]!)
        .toSorted(),
    ).toEqual(enrolments.map(({ id }) => String(id)).toSorted());
  });

  it("knows who is deleted, suspended, in progress, complete, and complete at second zero", () => {
    const ends = (entity: string, field: string): Readonly<Record<string, number>> =>
      tally(ledger(staged(entity, field)));
    expect(ends("user", "status")).toEqual({ active: 272, deleted: 12, suspended: 17 });
    // 371 rows without a date: 144 begun, 227 not.
    expect(ends("completion", "status")).toEqual({ completed: 397, in_progress: 144, not_started: 227 });
    expect(ends("certification", "kind")).toEqual({ badge: 4, certificate: 9 });
    expect(ends("award", "kind")).toEqual({ badge: 115, certificate: 156 });
    expect(
      tally(ledger("SELECT reason, COUNT(*) AS n FROM record WHERE disposition = 'excluded' GROUP BY 1")),
    ).toEqual({
      "completed-at-zero": 3,
      "guest-account": 1,
      "one-place-per-course": 6,
      "role-outside-courses": 4,
      "site-course": 1,
    });
    const atZero = ledger(recordsOf("moodle/completions")).filter(
      ({ reason }) => reason === "completed-at-zero",
    );
    expect(atZero.map(({ key }) => String(key)).toSorted()).toEqual(["44|23", "53|23", "89|23"]);
  });

  it("keeps the history of deleted people", () => {
    expect(count(historyOfDeleted("completion"))).toBe(33);
    expect(count(historyOfDeleted("completion", "AND e.status = 'completed'"))).toBe(19);
    expect(count(historyOfDeleted("award", "AND e.kind = 'badge'"))).toBe(10);
    expect(count(historyOfDeleted("award", "AND e.certification LIKE 'certificate:%'"))).toBe(6);
    expect(count(historyOfDeleted("award", "AND e.certification LIKE 'customcert:%'"))).toBe(7);
  });

  it("reads hire dates as days of the site's zone", async () => {
    const rows = await moving.source.ask(
      `SELECT d.userid AS id, d.data FROM mdl_user_info_data d
       JOIN mdl_user_info_field f ON f.id = d.fieldid AND f.shortname = 'hiredate'`,
    );
    const hired = new Map(
      ledger(`SELECT r.key, u."hireDate" AS day FROM "user" u JOIN record r ON r.id = u.id`).map(
        ({ key, day }) => [key, day],
      ),
    );
    expect(rows.length).toBe(263);
    for (const { id, data } of rows) expect(hired.get(String(id))).toBe(dayIn("Europe/London", data));
    expect(rows.filter(({ id, data }) => hired.get(String(id)) !== dayIn("UTC", data)).length).toBe(154);
  });

  it("flags the two people who share a number, and what hangs on them", async () => {
    const { json } = await cutover<{ flags: readonly { code: string; entity: string }[] }>(
      "flags",
      moving.folder,
    );
    const codes = json.flags.map(({ code, entity }) => `${entity} ${code}`).toSorted();
    expect([...new Set(codes)]).toEqual([
      "award dependent",
      "completion dependent",
      "enrollment dependent",
      "user duplicate-value",
    ]);
    expect(codes.length).toBe(18);
  });

  it("loads what was planned, and the books balance", async () => {
    const { status, json } = await cutover<{ entities: Books; balanced: boolean; state: string }>(
      "run",
      moving.folder,
    );
    expect(status).toBe(4);
    expect(json).toMatchObject({ state: "finished", balanced: true, entities: planned });
  });

  it("reads back what the projection says, with nothing unexplained", async () => {
    interface Verdicts {
      readonly different: number;
      readonly missing: number;
      readonly unexpected: number;
    }
    const { status, json } = await cutover<{ verdict: string; entities: Readonly<Record<string, Verdicts>> }>(
      "reconcile",
      moving.folder,
    );
    expect(status).toBe(4);
    expect(json.verdict).toBe("match");
    for (const verdicts of Object.values(json.entities))
      expect(verdicts).toMatchObject({ different: 0, missing: 0, unexpected: 0 });
    const explained = ledger(
      `SELECT entity, field, COUNT(*) AS n FROM difference WHERE verdict = 'explained' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    expect(lines(explained)).toEqual([
      "certification | course | 6",
      "certification | createdAt | 1",
      "certification | description | 6",
      "completion | startedAt | 8",
      "enrollment | method | 81",
      // The administrator, who was there already; nobody has logged in yet on the PostgreSQL site.
      ...(from === "mariadb" ? ["user | lastAccessAt | 1"] : []),
      "user | passwordHash | 1",
    ]);
  });

  it("lets every one of them be found in the report, with its end", async () => {
    const { json } = await cutover<{ files: { recordsCsv: string } }>("report", moving.folder);
    // entity, mapping, source key, what it is, disposition, reason, target key
    const rows = parse(readFileSync(json.files.recordsCsv, "utf8"), { bom: true, fromLine: 2 }) as string[][];
    const found = (mapping: string, what: RegExp, ends: readonly string[]): number =>
      rows.filter((row) => row[1] === mapping && what.test(row[3]!) && ends.includes(row[4]!)).length;
    const any = /(?:)/;
    expect(rows.length).toBe(Object.values(planned).reduce((sum, { read }) => sum + read, 0));
    expect(found("moodle/users", / deleted$/, ["created"])).toBe(12);
    const begun = /(?:in_progress|not_started)(?: |$)/;
    expect(found("moodle/completions", begun, ["created", "flagged"])).toBe(371);
    expect(
      rows
        .filter((row) => row[5] === "completed-at-zero")
        .map((row) => row[2]!)
        .toSorted(),
    ).toEqual(["44|23", "53|23", "89|23"]);
    const ended = ["created", "flagged"];
    expect(found("moodle/badges-issued", any, ended)).toBe(115);
    expect(found("moodle/customcerts-issued", any, ended)).toBe(93);
    expect(found("moodle/certificates-issued", any, ended)).toBe(63);
  });

  it("leaves completions that Moodle itself shows as its own", async () => {
    // Whoever is complete has every criterion of the course, on that date.
    const complete = "FROM mdl_course_completions c WHERE c.timecompleted > 0";
    expect(await inTarget(`SELECT COUNT(*) ${complete}`)).toBe(
      count(
        "SELECT COUNT(*) FROM completion e JOIN record r ON r.id = e.id WHERE e.status = 'completed' AND r.disposition = 'created'",
      ),
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
    expect(
      await inTarget(
        "SELECT COUNT(*) FROM mdl_course c WHERE c.id <> 1 AND NOT EXISTS (SELECT 1 FROM mdl_course_completion_criteria k WHERE k.course = c.id)",
      ),
    ).toBe(0);
    expect(await inTarget("SELECT COUNT(*) FROM mdl_course WHERE id <> 1 AND enablecompletion <> 1")).toBe(0);
    expect(
      await inTarget(
        `SELECT COUNT(*) ${complete} AND (c.reaggregate <> 0 OR c.timeenrolled > c.timestarted OR c.timestarted > c.timecompleted)`,
      ),
    ).toBe(0);
    // No grade that the next regrading would take away.
    expect(await inTarget("SELECT COUNT(*) FROM mdl_grade_grades WHERE overridden = 0")).toBe(0);
    // As in the source: whoever is enrolled there is enrolled here, by hand, with a role in the course.
    const placeless = `SELECT COUNT(*) FROM mdl_course_completions c WHERE c.timecompleted > 0 AND NOT EXISTS (
      SELECT 1 FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = ue.enrolid
      WHERE ue.userid = c.userid AND e.courseid = c.course)`;
    expect(await inTarget(placeless)).toBe(
      Number(Object.values((await moving.source.ask(placeless))[0]!)[0]),
    );
    // Only the places that had no role in the source have none here.
    expect(
      await inTarget(
        `SELECT COUNT(*) FROM mdl_user_enrolments ue JOIN mdl_enrol e ON e.id = ue.enrolid
         WHERE NOT EXISTS (SELECT 1 FROM mdl_role_assignments ra JOIN mdl_context x ON x.id = ra.contextid
           WHERE x.contextlevel = 50 AND x.instanceid = e.courseid AND ra.userid = ue.userid)`,
      ),
    ).toBe(
      count(
        `SELECT COUNT(*) FROM enrollment e JOIN record r ON r.id = e.id WHERE e.role = 'other' AND r.disposition = 'created'`,
      ),
    );
    expect(await inTarget("SELECT COUNT(*) FROM mdl_enrol WHERE enrol = 'manual' AND customint1 <> 0")).toBe(
      0,
    );
    // Nothing that would be awarded again, or sent.
    expect(await inTarget("SELECT COUNT(*) FROM mdl_badge WHERE status <> 3")).toBe(0);
    expect(await inTarget("SELECT COUNT(*) FROM mdl_tool_certificate_issues WHERE emailed <> 1")).toBe(0);
  });

  it("makes the tree of categories, and the same tree of contexts", async () => {
    expect(lines(await moving.target.ask(treeOfCourses))).toEqual(
      lines(await moving.source.ask(treeOfCourses)),
    );
    expect(
      await inTarget("SELECT COUNT(*) FROM mdl_course_categories k WHERE k.path NOT LIKE CONCAT('%/', k.id)"),
    ).toBe(0);
  });

  it("changes nothing when it runs again", async () => {
    const before = await stateOf(moving.target);
    const { json } = await cutover<{ entities: Books }>("plan", moving.folder);
    expect(json.entities).toEqual(settled);
    const again = await cutover<{ entities: Books }>("run", moving.folder);
    expect(again.json.entities).toEqual(settled);
    expect(await stateOf(moving.target)).toEqual(before);
  });

  it("is undone to the last row", async () => {
    const runs = ledger("SELECT id FROM run WHERE state <> 'undone' ORDER BY id DESC");
    for (const { id } of runs) {
      const { json } = await cutover<{ kept: readonly unknown[] }>(
        "undo",
        moving.folder,
        "--run",
        String(id),
      );
      expect(json.kept).toEqual([]);
    }
    expect(await stateOf(moving.target)).toEqual(moving.untouched);
  });
});
