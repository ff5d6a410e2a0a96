import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cutover, makeDemoMigration } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Planned {
  readonly fidelity: readonly Readonly<Record<string, unknown>>[];
  readonly flags: readonly {
    readonly code: string;
    readonly severity: string;
    readonly entity: string;
    readonly records: number;
  }[];
  readonly reasons: readonly { readonly reason: string; readonly because: string | null }[];
}

describe("a plan that moves people and completions, and no organizations", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-part-"));
  let plan: Planned;

  beforeAll(async () => {
    await makeDemoMigration(folder, { size: "tiny" });
    const file = path.join(folder, "migration.yaml");
    const [head] = readFileSync(file, "utf8").split("  organization:\n    from: hr");
    writeFileSync(file, `${head}entities: [user, course, completion]\n`);
    plan = (await cutover(["plan", folder], [4])).document as Planned;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("tells before the load that people lose their organization", () => {
    const of = (field: string) => plan.fidelity.find((f) => f["entity"] === "user" && f["field"] === field);
    const { values, lost, because } = of("organization")!;
    expect(lost).toBe(values);
    expect(lost).toBeGreaterThan(100);
    expect(because).toMatch(/what it refers to is not in the target/i);
    expect(of("manager")).toMatchObject({ fidelity: "no slot", lost: of("manager")!["values"] });
    expect(of("username")).toMatchObject({ fidelity: "kept", lost: 0 });
  });

  it("tells flags and warnings by code, and what rules leave out with their reasons", () => {
    const warned = plan.flags.filter(({ severity }) => severity === "warning");
    expect(warned.find(({ code }) => code === "broken-reference")!.records).toBeGreaterThan(100);
    expect(plan.flags.filter(({ severity, code }) => severity === "flag" && code === "bad-date")).not.toEqual(
      [],
    );
    expect(plan.reasons).toContainEqual({
      entity: "completion",
      disposition: "excluded",
      reason: "one-completion-per-course",
      because: expect.stringContaining("Moodle keeps one completion of a course for each person."),
      count: expect.any(Number),
    });
  });
});
