import path from "node:path";
import { checkExamples, loadSystem } from "@cutover/mapping";
import { shippedMappings } from "@cutover/testkit";
import { describe, expect, it } from "vitest";

describe.each(["cornerstone", "hr-feed", "moodle"])("the mappings of %s", (name) => {
  const { system, problems, warnings } = loadSystem({ folder: path.join(shippedMappings, name) });

  it("have no errors and no warnings", () => {
    expect([...problems, ...warnings]).toEqual([]);
  });

  it("do what their examples say, and have an example for everything they do", () => {
    const report = checkExamples(system!);
    const failed = report.mappings.flatMap(({ mapping, examples }) =>
      examples.filter(({ passed }) => !passed).map((example) => ({ mapping, ...example })),
    );
    expect(failed).toEqual([]);
    expect(
      report.mappings.flatMap(({ mapping, uncovered }) => uncovered.map((u) => ({ mapping, ...u }))),
    ).toEqual([]);
  });
});
