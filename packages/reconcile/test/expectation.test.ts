import type { Total } from "@cutover/ledger";
import { emptyRecord, type CanonicalRecord } from "@cutover/model";
import { describe, expect, it } from "vitest";
import { Expectation } from "../src/expectation.js";

const taken = ["count", "sum_score", "first_completedAt", "last_completedAt"].map((measure): Total => ({
  entity: "completion",
  measure,
  grouping: { status: "passed", year: "2024" },
  value: null,
}));

const completion = (
  completedAt: string | null,
  score: string | null,
  status = "passed",
): CanonicalRecord => ({
  ...emptyRecord("completion"),
  completedAt,
  score,
  status,
});

const none = new Map<string, string>();
const group = '{"status":"passed","year":"2024"}';

describe("what a load must have changed in control totals", () => {
  it("counts and sums what came, without floats", () => {
    const expectation = new Expectation("completion", taken);
    for (const score of ["0.1", "0.2", null])
      expectation.add(completion("2024-05-01T00:00:00Z", score), null, none);
    expect(expectation.of(group, "count", "4")).toBe("7");
    expect(expectation.of(group, "sum_score", "10.5")).toBe("10.8");
    expect([...expectation.groups]).toEqual([group]);
  });

  it("moves an updated record from one group to another", () => {
    const expectation = new Expectation("completion", taken);
    expectation.add(
      completion("2024-05-01T00:00:00Z", "9"),
      completion("2023-05-01T00:00:00Z", "7", "failed"),
      none,
    );
    expect(expectation.of(group, "count", null)).toBe("1");
    expect(expectation.of('{"status":"failed","year":"2023"}', "count", "3")).toBe("2");
    expect(expectation.of('{"status":"failed","year":"2023"}', "sum_score", "7")).toBe("0");
  });

  it("tells first and last, unless the one that was may have gone", () => {
    const expectation = new Expectation("completion", taken);
    expectation.add(completion("2024-05-01T00:00:00Z", null), completion("2024-02-01T00:00:00Z", null), none);
    expect(expectation.of(group, "first_completedAt", "2024-03-01T00:00:00Z")).toBe("2024-03-01T00:00:00Z");
    expect(expectation.of(group, "last_completedAt", "2024-03-01T00:00:00Z")).toBe("2024-05-01T00:00:00Z");
    expect(expectation.of(group, "first_completedAt", "2024-02-01T00:00:00Z")).toBeUndefined();
  });

  it("does not claim to know what the target overwrites", () => {
    const expectation = new Expectation("completion", taken);
    expectation.add(
      completion("2024-05-01T00:00:00Z", "9"),
      null,
      new Map([["score", "computed by the target"]]),
    );
    expect(expectation.of(group, "sum_score", null)).toBeUndefined();
    expect(expectation.of(group, "count", null)).toBe("1");
  });
});
