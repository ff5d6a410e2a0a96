import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runDemo, type DemoResult } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The parts of the documents this test looks at. */
interface Run {
  readonly balanced: boolean;
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
interface Reconciled {
  readonly verdict: string;
}

describe("a small company, from Cornerstone and HR into Moodle", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-demo-"));
  let result: DemoResult;
  beforeAll(async () => {
    result = await runDemo(folder, { size: "tiny" });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("catches every defect that was planted", () => {
    expect(result.planted.misses).toEqual([]);
    expect(result.planted.kinds).toBeGreaterThanOrEqual(50);
    expect(result.planted.caught).toBe(result.planted.records);
  });

  it("raises no false alarm", () => {
    expect(result.planted.alarms).toEqual([]);
  });

  it("balances the books of every entity", () => {
    const { balanced, entities } = result.run as Run;
    expect(balanced).toBe(true);
    expect(Object.keys(entities).toSorted()).toEqual(
      ["award", "certification", "completion", "course", "enrollment", "organization", "user"].toSorted(),
    );
    for (const { read, ...ends } of Object.values(entities)) {
      expect(Object.values(ends).reduce((sum, n) => sum + n, 0)).toBe(read);
      expect(ends["created"]).toBeGreaterThan(0);
    }
    // The accounts somebody had made by hand.
    expect(entities["user"]!["updated"]! + entities["user"]!["unchanged"]!).toBeGreaterThan(0);
    expect(entities["user"]!["merged"]).toBeGreaterThan(0);
  });

  it("reconciles: what is in the target is what the sources say", () => {
    expect((result.reconcile as Reconciled).verdict).toBe("match");
  });

  it("writes a report in which nothing from the data comes alive", () => {
    expect(result.alive).toEqual([]);
    // It is there: a text among others, which the page carries packed.
    expect(readFileSync(path.join(result.report, "records.csv"), "utf8")).toContain("<script>alert(");
  });
});
