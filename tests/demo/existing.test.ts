import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cutover, makeDemoMigration, tamper, type DemoMigration } from "@cutover/testkit";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type Ends = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Flag {
  readonly code: string;
  readonly entity: string;
  readonly note: string | null;
}

describe("a target that has things of the same name already", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-existing-"));
  let demo: DemoMigration;
  /** The course with the most scores, by its object in the transcript. */
  let course = "";
  let scored = 0;
  let ends: Ends = {};

  const target = (sql: string): readonly Record<string, unknown>[] => {
    const db = new Sqlite(demo.target, { readonly: true });
    try {
      return db.prepare(sql).all() as Record<string, unknown>[];
    } finally {
      db.close();
    }
  };

  beforeAll(async () => {
    demo = await makeDemoMigration(folder, { size: "tiny", defects: false });
    const { training, transcript } = demo.company.tables;
    const scores = new Map<string, number>();
    for (const { transc_object_id: object, user_lo_score: score } of transcript.rows)
      if (score !== "") scores.set(object!, (scores.get(object!) ?? 0) + 1);
    [course, scored] = [...scores].toSorted(([, a], [, b]) => b - a)[0]!;
    const { lo_code, lo_version } = training.rows.find((row) => row["lo_object_id"] === course)!;
    const shortname = lo_version === "" ? lo_code : `${lo_code} (${lo_version})`;
    tamper(demo.target, `INSERT INTO mdl_customcert (course, name) VALUES (1, 'Forklift Driver')`);
    tamper(
      demo.target,
      `INSERT INTO mdl_badge (name, type, status, usercreated, usermodified, message, messagesubject) VALUES ('First Aider', 1, 1, 2, 2, '', '')`,
    );
    tamper(
      demo.target,
      `INSERT INTO mdl_course (id, category, fullname, shortname, visible, format) VALUES (500, 1, 'By hand', '${shortname}', 1, 'topics')`,
    );
    tamper(
      demo.target,
      "INSERT INTO mdl_grade_items (courseid, itemtype, gradetype, grademin, grademax) VALUES (500, 'course', 1, 0, 10)",
    );
    const { document } = await cutover(["run", folder], [4]);
    ends = (document as { entities: Ends }).entities;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is checked without a warning", async () => {
    const { document } = await cutover(["check", folder, "--offline"], [0]);
    expect((document as { warnings: readonly unknown[] }).warnings).toEqual([]);
  });

  it("does not take a badge, or a certificate that it cannot write, for a certificate of the same name", () => {
    expect(ends["certification"]).toMatchObject({ read: 4, created: 4 });
    expect(ends["award"]).toMatchObject({ flagged: 0 });
  });

  it("flags scores of another scale than that of the course", async () => {
    const { document } = await cutover(["flags", folder], [4]);
    const { flags } = document as { flags: readonly Flag[] };
    expect(scored).toBeGreaterThan(1);
    expect(flags.length).toBeGreaterThan(0);
    expect(new Set(flags.map(({ code, entity, note }) => `${entity} ${code}: ${note}`))).toEqual(
      new Set(["completion no-target-value: the target has another grade_items.grademax"]),
    );
    expect(
      target(
        "SELECT COUNT(*) AS n FROM mdl_grade_grades g JOIN mdl_grade_items i ON i.id = g.itemid WHERE i.courseid = 500",
      ),
    ).toEqual([{ n: 0 }]);
  });

  it("reads back as it should be", async () => {
    const { document } = await cutover(["reconcile", folder], [4, 5]);
    expect(document).toMatchObject({ verdict: "match" });
  });

  it("reads back with the same figures and rules after another plan and run, where nothing changed", async () => {
    const last = `SELECT entity, field, rule, verdict, COUNT(*) AS n FROM difference
      WHERE reconciliation = (SELECT MAX(id) FROM reconciliation) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;
    const rules = (): readonly unknown[] => {
      const ledger = new Sqlite(path.join(folder, ".cutover/ledger.db"), { readonly: true });
      try {
        return ledger.prepare(last).all();
      } finally {
        ledger.close();
      }
    };
    const { document: first } = await cutover(["reconcile", folder], [4, 5]);
    const explained = rules();
    await cutover(["plan", folder], [0, 4]);
    await cutover(["run", folder], [4]);
    const { document: again } = await cutover(["reconcile", folder], [4, 5]);
    const { entities } = again as { entities: Ends };
    expect(entities).toEqual((first as { entities: Ends }).entities);
    expect(rules()).toEqual(explained);
  });
});
