import { emptyRecord, type CanonicalValue } from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  OutboundMapping,
  Outgoing,
  OutgoingColumns,
  PlainRows,
  TargetContext,
} from "../src/contract.js";
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

const noId = (): number => -1;

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

const columnsOf = (outs: readonly Outgoing[]): OutgoingColumns => ({
  length: outs.length,
  values: (field) => outs.map(({ record }) => record[field] ?? null),
  targetKeys: (field) => outs.map(({ targetKeys }) => targetKeys[field] ?? null),
  out: (place) => outs[place]!,
});

/** What of a page belongs to one record, as `rows` would tell it. */
const rowsAt = ({ targetKeys, rows }: PlainRows, place: number): unknown => ({
  targetKey: targetKeys[place],
  rows: rows.flatMap(({ table, of, ids, columns, values, find }) => {
    const i = of === null ? place : of.indexOf(place);
    if (i < 0) return [];
    const row = Object.fromEntries(columns.map((name, k) => [name, values[k]![i]]));
    return { table, id: ids?.[i] ?? null, values: row, find: find && find.map((name) => row[name]) };
  }),
});

/** The same of the rows that were computed of the record alone. */
const rowsOf = (mapping: OutboundMapping, out: Outgoing): unknown => {
  const { targetKey, rows } = mapping.rows(out, null, target);
  return {
    targetKey,
    rows: rows.map(({ table, id, values, find }) => ({
      table,
      id,
      values,
      find: find && Object.values(find),
    })),
  };
};

const alternatives = [
  ["of plain columns", {}],
  [
    "of some records, with conditions that fail on others",
    { when: "when: score == null || double(score) >= 0.0" },
  ],
  ["of rows that are not always written", { write: "    when: completedAt == null || startedAt != null" }],
] as const;

describe("the short way of an outbound mapping", () => {
  it.each(alternatives)("marks whatever computing rows would find fault with: %s", (_name, more) => {
    const mapping = mappingOf(system(more));
    const plain = mapping.plain!;
    fc.assert(
      fc.property(fc.array(fc.tuple(records, keys), { minLength: 1, maxLength: 4 }), (page) => {
        const whole = page.map(([fields, called]) => outgoing(fields, called));
        const asked = page.map(([fields, called]) => {
          const read = Object.entries(fields).filter(([name]) => plain.reads.has(name) || name in called);
          return outgoing(Object.fromEntries(read), called);
        });
        const marks = plain.trial(columnsOf(asked));
        const faulty = whole.map((out) => mapping.rows(out, null, target).issues.length > 0);
        expect(faulty.filter((isFaulty, place) => isFaulty && marks[place] === 0)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    expect([...plain.trial(columnsOf([good, good]))]).toEqual([0, 0]);
  });

  it("tells field by field what it tells of all of them", () => {
    const { plain } = mappingOf(system());
    expect(plain!.byField).toBe(true);
    const names = [...plain!.reads];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(records, keys), { minLength: 1, maxLength: 4 }),
        fc.subarray(names),
        (page, some) => {
          const columns = columnsOf(page.map(([fields, called]) => outgoing(fields, called)));
          const others = names.filter((name) => !some.includes(name));
          const [a, b] = [plain!.trial(columns, new Set(some)), plain!.trial(columns, new Set(others))];
          expect([...plain!.trial(columns)]).toEqual([...a].map((mark, place) => mark | b[place]!));
        },
      ),
      { numRuns: 500 },
    );
    for (const more of [alternatives[1][1], alternatives[2][1]]) {
      expect(mappingOf(system(more)).plain!.byField).toBe(false);
    }
  });

  it.each(alternatives)(
    "computes the same rows of a page as of its records one by one: %s",
    (_name, more) => {
      const mapping = mappingOf(system(more));
      const plain = mapping.plain!;
      let computed = 0;
      fc.assert(
        fc.property(fc.array(fc.tuple(records, keys), { minLength: 1, maxLength: 3 }), (page) => {
          const outs = page.map(([fields, called]) => outgoing(fields, called));
          const sound = outs.filter((_, place) => plain.trial(columnsOf(outs))[place] === 0);
          expect(plain.rows(columnsOf(outs), noId) === null).toBe(sound.length < outs.length);
          if (sound.length === 0) return;
          computed += 1;
          const rows = plain.rows(columnsOf(sound), noId)!;
          expect(sound.map((_, place) => rowsAt(rows, place))).toEqual(
            sound.map((out) => rowsOf(mapping, out)),
          );
        }),
        { numRuns: 1_000 },
      );
      expect(computed).toBeGreaterThan(20);
    },
  );

  it("gives generated ids in the order of the records, and makes keys of them", () => {
    const files = system();
    const generated = {
      ...files,
      "system.yaml": files["system.yaml"]!.replace(
        "    columns:",
        "    id: result_no\n    columns:\n      result_no: bigint",
      ),
      "outbound/results.yaml": files["outbound/results.yaml"]!.replace(
        "{result.result_id}",
        "{result.result_no}",
      ),
    };
    let last = 100;
    const rows = mappingOf(generated).plain!.rows(columnsOf([good, good, good]), () => (last += 1))!;
    expect(rows.targetKeys).toEqual(["101", "102", "103"]);
    expect(rows.rows.map(({ ids }) => ids)).toEqual([[101, 102, 103]]);
  });

  it("reads no field that a column takes as it is", () => {
    const { reads } = mappingOf(system()).plain!;
    expect([...reads].toSorted()).toEqual([
      "attempt",
      "completedAt",
      "course",
      "startedAt",
      "status",
      "user",
    ]);
  });

  it("marks the same record again and again alike", () => {
    const plain = mappingOf(system()).plain!;
    const bad = outgoing({ ...good.record, status: "in_progress" }, { user: "5", course: "7" });
    expect([...plain.trial(columnsOf([bad, bad, good, bad, good]))]).toEqual([1, 1, 0, 1, 0]);
  });

  it.each([
    ["the id of a row", "      origin: { from: self.id }"],
    ["several fields at once", '      origin: { template: "{attempt}/{status}" }'],
  ])("leaves it to the rows: %s", (_name, more) => {
    const files = system({ set: more });
    const tables = files["system.yaml"]!.replace("      made_by", "      origin: varchar(99)\n      made_by");
    expect(mappingOf({ ...files, "system.yaml": tables }).plain).toBeNull();
  });
});
