import { invalidFields, type SourceValue } from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mapped } from "../src/contract.js";
import { systemOf, type Files } from "./folder.js";

const cornerstone: Files = {
  "system.yaml": `system: cornerstone
title: Cornerstone
medium: csv
parameters:
  zone: { default: America/New_York, because: The portal's zone }
extracts:
  transcript:
    file: transcript.csv
    key: [user_id, object_id, reg]
    columns: { user_id: text, object_id: text, reg: text, status: text, done: text, score: text, due: text, type: text, hours: text, made: integer }
`,
  "inbound/completions.yaml": `mapping: cornerstone/completions
from: transcript
to: completion
key: [user_id, object_id, reg]
exclude:
  - rule: test-user
    when: user_id.startsWith("TEST") || type == "demo"
    because: Test users are no people.
fields:
  user: { from: user_id, ref: user }
  course: { from: [object_id, type], ref: course }
  attempt: reg
  status: { from: status, map: { Completed: completed, In Progress: in_progress } }
  completedAt: { from: done, trim: true, date: ["MM/dd/yyyy HH:mm", MM/dd/yyyy], zone: param.zone }
  dueAt:
    cases:
      - { when: type == "ilt", from: due, date: yyyy-MM-dd }
      - { value: 2030-01-01 }
  score: { from: score, number: { min: 0, max: 100 } }
  credits: { from: hours, toCredits: { unit: hour } }
  startedAt: { from: made, epoch: seconds, when: made != null && made > 100 }
checks:
  - that: status != "completed" || completedAt != null
    because: A completed line needs its date.
    name: completed-has-date
    else: flag
  - that: score == null || score < 99.5
    because: Nobody is perfect.
    else: warning
`,
};

const columns = ["user_id", "object_id", "reg", "status", "done", "score", "due", "type", "hours", "made"];
const [completions] = systemOf(cornerstone).inbound;
const map = (values: Readonly<Record<string, SourceValue>>): Mapped =>
  completions!.map(columns.map((name) => values[name] ?? null));
const codes = ({ issues }: Mapped): readonly string[] =>
  issues.map(({ code, field }) => (field === null ? code : `${field}: ${code}`));
const good = {
  user_id: "E1",
  object_id: "C|1",
  reg: "1",
  status: "Completed",
  done: "02/29/2024 17:05",
  type: "wbt",
};

describe("an inbound mapping", () => {
  it("makes a canonical record of a row", () => {
    const { key, record, issues, excluded } = map({
      ...good,
      score: "087.50",
      hours: "1.50",
      made: 1709244300,
    });
    expect(issues).toEqual([]);
    expect(excluded).toBeNull();
    expect(key).toBe("E1|C\\|1|1");
    expect(record).toMatchObject({
      user: "E1",
      course: "C\\|1|wbt",
      status: "completed",
      completedAt: "2024-02-29T22:05:00Z",
      dueAt: "2030-01-01",
      score: "87.5",
      credits: [{ amount: "1.5", unit: "hour", provider: null }],
      startedAt: "2024-02-29T22:05:00Z",
      title: null,
    });
    expect(invalidFields("completion", record!)).toEqual([]);
  });

  it("excludes by rule", () => {
    expect(map({ ...good, user_id: "TEST1" })).toMatchObject({
      excluded: "test-user",
      record: null,
      issues: [],
    });
    expect(map({ ...good, type: "demo" }).excluded).toBe("test-user");
  });

  it("flags what is wrong, field by field, and never tells the value", () => {
    expect(codes(map({ ...good, status: "Exempt" }))).toEqual(["status: unmapped-value"]);
    expect(codes(map({ ...good, done: "02/30/2024" }))).toEqual(["completedAt: bad-date", "check-failed"]);
    expect(codes(map({ ...good, done: "03/10/2024 02:30" }))).toEqual([
      "completedAt: impossible-time",
      "check-failed",
    ]);
    expect(codes(map({ ...good, done: "11/03/2024 01:30" }))).toEqual([
      "completedAt: ambiguous-time",
      "check-failed",
    ]);
    expect(codes(map({ ...good, score: "101" }))).toEqual(["score: out-of-range"]);
    expect(codes(map({ ...good, status: null }))).toEqual(["status: required-field"]);
    expect(codes(map({ ...good, reg: "x".repeat(256) }))).toEqual(["attempt: too-long"]);
    expect(codes(map({ ...good, reg: null }))).toEqual(["missing-key"]);
    expect(codes(map({ ...good, reg: "" }))).toEqual(["missing-key"]);
    expect(codes(map({ ...good, score: "99.9" }))).toEqual(["check-failed"]);
    expect(map({ ...good, score: "99.9" }).issues[0]).toMatchObject({ severity: "warning" });
    for (const row of [
      { ...good, status: "S3cret-value" },
      { ...good, done: "S3cret-value" },
      { ...good, score: "S3cret-value" },
    ]) {
      expect(JSON.stringify(map(row).issues)).not.toContain("S3cret");
    }
  });

  it("flags control characters and broken encoding, but takes line ends and emoji", () => {
    expect(codes(map({ ...good, reg: "1\u0000" }))).toEqual([
      "control-character",
      "attempt: control-character",
    ]);
    expect(codes(map({ ...good, object_id: "C\uD800" }))).toContain("course: bad-encoding");
    expect(codes(map({ ...good, object_id: "C\uFFFD" }))).toContain("course: bad-encoding");
    expect(codes(map({ ...good, reg: "a\tb\r\n🎓" }))).toEqual([]);
  });

  it("flags a record on which an expression fails", () => {
    const result = map({ ...good, user_id: null });
    expect(codes(result)).toContain("expression-failed");
    expect(result.excluded).toBeNull();
  });

  it("takes integers beyond 2^53 and bytes", () => {
    expect(map({ ...good, reg: 9007199254740993n }).record).toMatchObject({ attempt: "9007199254740993" });
    expect(map({ ...good, reg: new TextEncoder().encode("ä") }).record).toMatchObject({ attempt: "ä" });
    expect(codes(map({ ...good, reg: new Uint8Array([0xff]) }))).toContain("attempt: bad-value");
  });

  it("always gives a record of the schema, or flags it; and keeps nothing of the row before", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", "Completed", "02/29/2024", "ilt", "100", "__proto__", "constructor", "2024-01-01"),
      fc.double(),
      fc.bigInt(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: columns.length, maxLength: columns.length }), (row) => {
        const result = completions!.map(row);
        if (result.excluded !== null) return;
        const flagged = new Set(result.issues.map(({ field }) => field));
        for (const field of invalidFields("completion", result.record!)) expect(flagged).toContain(field);
        expect(completions!.map(row)).toEqual(result);
        expect(map(good).record).toMatchObject({
          score: null,
          credits: null,
          startedAt: null,
          status: "completed",
        });
      }),
      { numRuns: 200 },
    );
  });

  it("takes huge texts in linear time", () => {
    const start = performance.now();
    const huge = "9".repeat(2_000_000);
    map({ ...good, reg: huge, score: huge, done: huge, hours: huge, status: huge });
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
