import { emptyRecord, type CanonicalValue } from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutboundMapping, Outgoing, TargetContext } from "../src/contract.js";
import { systemOf, type Files } from "./folder.js";

const noSlot = "title enrolledAt dueAt scoreMin scoreMax credits timeSpent provider"
  .split(" ")
  .map((name) => `  ${name}: No place.`)
  .join("\n");

const set = `      result_id: attempt
      learner_id: { from: user, ref: user }
      course_id: { from: course, ref: course }
      state: { from: status, map: { completed: done, passed: passed, failed: failed, waived: exempt } }
      begun_on: { from: startedAt, date: yyyy-MM-dd, zone: UTC }
      ended: { from: completedAt, epoch: seconds, zone: UTC }
      points: score
      note: { from: comment, truncate: 10 }
      made_by: { value: Cutover }`;

const system = (
  more: { readonly when?: string; readonly write?: string; readonly set?: string } = {},
): Files => ({
  "system.yaml": `system: lms
title: LMS
medium: sql
tables:
  result:
    table: learning_result
    columns:
      result_id: bigint
      learner_id: bigint
      course_id: bigint null
      state: varchar(12)
      begun_on: date null
      ended: bigint null
      points: decimal(7,2) null
      note: varchar(10) null
      made_by: varchar(20)
`,
  "outbound/results.yaml": `mapping: lms/results
from: completion
${more.when ?? ""}
key: "{result.result_id}"
writes:
  - to: result
    find: [result_id]
${more.write ?? ""}
    set:
${set}
${more.set ?? ""}
noSlot:
${noSlot}
`,
});

const mappingOf = (files: Files): OutboundMapping => systemOf(files).outbound[0]!;

const target: TargetContext = {
  nextId: () => -1,
  reference: () => [],
  shared: () => null,
  share: () => undefined,
};

const oneOf = (...values: readonly CanonicalValue[]) => fc.constantFrom(...values);

const records = fc.record({
  attempt: oneOf(null, "1", "77", "-3", "first", "99999999999999999999"),
  user: oneOf(null, "u1", "u2"),
  course: oneOf(null, "c1"),
  status: oneOf(null, "completed", "passed", "in_progress"),
  startedAt: oneOf(null, "2024-02-29", "2024-02-29T10:00:00Z"),
  completedAt: oneOf(null, "2024-02-29", "2024-02-29T10:00:00Z", "1850-01-01T00:00:00Z"),
  score: oneOf(null, "87.5", "-0.001"),
  comment: oneOf(null, "short", "much longer than the column", "🎓🎓🎓🎓🎓🎓🎓🎓🎓🎓🎓🎓"),
  provider: oneOf(null, "somebody"),
});
const keys = fc.record({ user: oneOf(null, "5", "-6", "x"), course: oneOf(null, "7") });

const outgoing = (
  fields: Readonly<Record<string, CanonicalValue>>,
  { user, course }: Readonly<Record<"user" | "course", CanonicalValue>>,
): Outgoing => ({
  record: { ...emptyRecord("completion"), ...fields },
  targetKeys: {
    user: fields["user"] === null ? null : (user as string | null),
    course: fields["course"] === null ? null : (course as string | null),
  },
});

const good = outgoing(
  {
    attempt: "12",
    user: "u1",
    course: "c1",
    status: "passed",
    startedAt: "2024-02-29",
    score: "87.5",
    comment: "fine",
  },
  { user: "5", course: "7" },
);

describe("the trial of an outbound mapping", () => {
  it.each([
    ["of plain columns", {}],
    [
      "of some records, with conditions that fail on others",
      { when: "when: score == null || double(score) >= 0.0" },
    ],
    ["of rows that are not always written", { write: "    when: completedAt == null || startedAt != null" }],
  ])("passes nothing that computing rows would find fault with: %s", (_name, more) => {
    const mapping = mappingOf(system(more));
    const { trial } = mapping;
    fc.assert(
      fc.property(records, keys, (fields, called) => {
        const whole = outgoing(fields, called);
        const read = Object.entries(fields).filter(([name]) => trial!.reads.has(name));
        const passes = trial!.passes(
          outgoing({ user: null, course: null, ...Object.fromEntries(read) }, called),
        );
        expect(passes && mapping.rows(whole, null, target).issues.length > 0).toBe(false);
      }),
      { numRuns: 2_000 },
    );
    expect(trial!.passes(good)).toBe(true);
  });

  it("reads no field that a column takes as it is", () => {
    const { reads } = mappingOf(system()).trial!;
    expect([...reads].toSorted()).toEqual([
      "attempt",
      "completedAt",
      "course",
      "startedAt",
      "status",
      "user",
    ]);
  });

  it("passes the same record again and again alike", () => {
    const { trial } = mappingOf(system());
    const bad = outgoing({ ...good.record, status: "in_progress" }, { user: "5", course: "7" });
    expect([bad, bad, good, bad, good].map((out) => trial!.passes(out))).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it.each([
    ["the id of a row", "      origin: { from: self.id }"],
    ["several fields at once", '      origin: { template: "{attempt}/{status}" }'],
  ])("leaves it to the rows: %s", (_name, more) => {
    const files = system({ set: more });
    const tables = files["system.yaml"]!.replace("      made_by", "      origin: varchar(99)\n      made_by");
    expect(mappingOf({ ...files, "system.yaml": tables }).trial).toBeNull();
  });
});
