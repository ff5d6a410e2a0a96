import {
  canonicalJson,
  emptyRecord,
  type CanonicalValue,
  type EntityName,
  type TableSpec,
  type TargetValue,
} from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdsExhausted, type OutboundMapping, type Outgoing, type TargetContext } from "../src/contract.js";
import { problemsOf, systemOf, type Files } from "./folder.js";

const unsaid = (names: string): string =>
  names
    .split(" ")
    .map((name) => `  ${name}: No place.`)
    .join("\n");

const lms: Files = {
  "system.yaml": `system: lms
title: LMS
medium: sql
parameters:
  zone: { default: Europe/Berlin, because: The site's zone }
tables:
  user:
    table: user
    id: id
    columns:
      id: bigint
      username: varchar(10)
      email: varchar(100) default ''
      lastname: varchar(100) default ''
      suspended: tinyint default 0
      timecreated: bigint default 0
      hired: bigint default 0
      lang: varchar(30) default 'en'
      orgid: bigint null
      managerid: bigint null
    dependents: [info.userid]
  field:
    table: info_field
    id: id
    columns: { id: bigint, shortname: varchar(255), name: text }
  info:
    table: info_data
    id: id
    columns: { id: bigint, userid: bigint, fieldid: bigint, data: text }
  category:
    table: category
    id: id
    columns: { id: bigint, name: varchar(255), parent: bigint default 0, path: varchar(255) default '', depth: int default 0 }
  course:
    table: course
    id: id
    columns: { id: bigint, fullname: varchar(254), category: bigint }
  completion:
    table: completion
    id: id
    columns: { id: bigint, userid: bigint, course: bigint, timecompleted: bigint null, grade: "decimal(10,2) null", roleid: bigint }
  crit:
    table: crit_compl
    id: id
    columns: { id: bigint, userid: bigint, criteriaid: bigint, timecompleted: bigint null }
references:
  roles: { sql: SELECT id FROM role, columns: { id: integer, shortname: text }, examples: [{ id: 5, shortname: student }] }
  criteria: { sql: SELECT id FROM criteria, columns: { id: integer, course: integer } }
`,
  "outbound/users.yaml": `mapping: lms/users
from: user
key: "{user.id}"
exclude:
  - { rule: deleted, when: status == "deleted", because: No deleted people. }
keepOnUpdate: [locale]
writes:
  - to: user
    find: [username]
    set:
      username: { from: username, case: lower, truncate: 8 }
      email: email
      lastname: { from: familyName, truncate: 5 }
      suspended: { from: status, map: { active: 0, suspended: 1 } }
      timecreated: { from: createdAt, epoch: seconds, default: 0 }
      hired: { from: hireDate, epoch: seconds, zone: param.zone }
      lang: { from: locale, language: moodle }
      orgid: { from: organization, ref: organization }
      managerid: { from: manager, ref: user, later: true }
    onlyNew: [timecreated]
  - each: custom
    as: entry
    when: entry.value != "-"
    writes:
      - to: field
        shared: true
        find: [shortname]
        set: { shortname: entry.key, name: { template: "Field {entry.key}" } }
      - to: info
        find: [userid, fieldid]
        set: { userid: user.id, fieldid: field.id, data: { from: entry.value, trim: true } }
noSlot:
${unsaid("employeeId givenName middleName displayName timeZone country city phone jobTitle department leaveDate lastAccessAt authentication passwordHash")}
`,
  "outbound/courses.yaml": `mapping: lms/courses
from: course
key: "{course.id}"
writes:
  - each: category
    writes:
      - to: category
        shared: true
        find: [name, parent]
        set:
          name: item.value
          parent: { from: category.id, default: 0 }
          path: { template: "{category.path}/{self.id}" }
          depth: { from: item.index }
  - to: course
    set: { fullname: title, category: category.id }
projection: { category: { from: category } }
noSlot:
${unsaid("code version description kind status languages credits equivalents duration startsAt endsAt createdAt custom")}
`,
  "outbound/completions.yaml": `mapping: lms/completions
from: completion
key: [completion.userid, completion.course]
one:
  by: [user, course]
  keep: [{ status: [[passed, completed], in_progress] }, { completedAt: desc }]
  rule: one-a-course
  because: One a course.
writes:
  - to: completion
    find: [userid, course]
    set:
      userid: { from: user, ref: user }
      course: { from: course, ref: course }
      timecompleted: { from: completedAt, epoch: seconds, zone: param.zone, day: end }
      grade: score
      roleid: { lookup: { in: roles, by: { shortname: student }, get: id } }
  - each: criteria
    where: { course: completion.course }
    when: completedAt != null
    writes:
      - to: crit
        find: [userid, criteriaid]
        set: { userid: completion.userid, criteriaid: item.id, timecompleted: completion.timecompleted }
projection:
  completedAt:
    cases:
      - { when: status == "in_progress" }
      - { from: completedAt }
    epoch: seconds
    zone: param.zone
    day: end
    because: Whole seconds, and days as their end.
  status: { from: status, map: { passed: completed }, otherwise: keep, because: The target knows complete or not. }
noSlot:
${unsaid("title attempt enrolledAt startedAt dueAt scoreMin scoreMax credits timeSpent provider comment")}
`,
};

type Row = Readonly<Record<string, TargetValue>>;

function target(references: Readonly<Record<string, readonly Row[]>> = {}, reserve = 1000) {
  const ids = new Map<string, number>();
  const kept = new Map<string, Row>();
  const name = (table: TableSpec, find: Row): string => `${table.name} ${canonicalJson(find)}`;
  const context: TargetContext = {
    nextId: (table) => {
      const id = ids.get(table.name) ?? 101;
      if (id - 101 >= reserve) throw new IdsExhausted(table);
      ids.set(table.name, id + 1);
      return id;
    },
    reference: (table, by) =>
      (references[table] ?? []).filter((row) =>
        Object.entries(by).every(([column, value]) => row[column] === value),
      ),
    shared: (table, find) => kept.get(name(table, find)) ?? null,
    share: (table, find, row) => void kept.set(name(table, find), row),
  };
  return { context, kept };
}

const system = systemOf(lms);
const outbound = (name: string): OutboundMapping =>
  system.outbound.find((each) => each.name === `lms/${name}`)!;
const out = (
  entity: EntityName,
  values: Readonly<Record<string, CanonicalValue>>,
  targetKeys: Outgoing["targetKeys"] = {},
): Outgoing => ({ record: { ...emptyRecord(entity), ...values }, targetKeys });
const shape = ({ rows }: ReturnType<OutboundMapping["rows"]>) =>
  rows.map(({ table, role, id, exists, find, values }) => ({
    table: table.name,
    role,
    id,
    exists,
    find,
    values,
  }));

const anna = {
  username: "Anna",
  familyName: "Müller",
  status: "active",
  createdAt: "2024-02-29T22:05:00.5Z",
  hireDate: "2024-03-01",
  locale: "pt-BR",
  custom: { grade: " A ", none: "-" },
};

describe("an outbound mapping's rows", () => {
  it("say nothing of a column whose entry of a map the record does not have", () => {
    const from = "lastname: { from: familyName, truncate: 5 }";
    const to = "lastname: { from: custom, get: shown, default: nobody }";
    const users = systemOf({
      ...lms,
      "outbound/users.yaml": lms["outbound/users.yaml"]!.replace(from, to).replace(
        "noSlot:\n",
        "noSlot:\n  familyName: No place.\n",
      ),
    }).outbound.find(({ name }) => name === "lms/users")!;
    const told = (custom: Readonly<Record<string, string>> | null) => {
      const [row] = users.rows(out("user", { ...anna, custom }), "7", target().context).rows;
      return [row!.values["lastname"], row!.onlyNew.includes("lastname")];
    };
    expect(told({ shown: "Anna M." })).toEqual(["Anna M.", false]);
    expect(told({ other: "x" })).toEqual(["nobody", true]);
    expect(told(null)).toEqual(["nobody", true]);
  });

  it("are in order, with ids, roles, natural keys and defaults", () => {
    const users = outbound("users");
    const { context } = target();
    const result = users.rows(
      out("user", { ...anna, organization: "o1" }, { organization: "7" }),
      null,
      context,
    );
    expect(result.issues).toEqual([]);
    expect(result.targetKey).toBe("101");
    expect(result.deferred).toEqual([]);
    expect(shape(result)).toEqual([
      {
        table: "user",
        role: "primary",
        id: 101,
        exists: false,
        find: { username: "anna" },
        values: {
          username: "anna",
          email: "",
          lastname: "Mülle",
          suspended: 0,
          timecreated: 1709244300,
          hired: 1709247600,
          lang: "pt_br",
          orgid: 7,
          managerid: null,
        },
      },
      {
        table: "field",
        role: "shared",
        id: 101,
        exists: false,
        find: { shortname: "grade" },
        values: { shortname: "grade", name: "Field grade" },
      },
      {
        table: "info",
        role: "secondary",
        id: null,
        exists: false,
        find: { userid: 101, fieldid: 101 },
        values: { userid: 101, fieldid: 101, data: "A" },
      },
    ]);
    expect(result.rows[0]!.onlyNew).toEqual(["timecreated", "lang"]);
    expect(users.tables.map(({ name }) => name)).toEqual(["user", "field", "info"]);
    expect(users.primary).toMatchObject({ find: ["username"] });
    expect(users.shared.map(({ table, find }) => [table.name, find])).toEqual([["field", ["shortname"]]]);
    // The next record finds the shared row.
    const next = users.rows(out("user", { ...anna, username: "bob" }), null, context);
    expect(next.rows[1]).toMatchObject({ exists: true, id: 101 });
    expect(next.rows[0]).toMatchObject({ id: 102 });
  });

  it("keep the id of a record that the target has", () => {
    const result = outbound("users").rows(out("user", anna), "57", target().context);
    expect(result.targetKey).toBe("57");
    expect(result.rows[0]!.id).toBe(57);
    expect(result.rows[2]!.values["userid"]).toBe(57);
  });

  it("defer a reference that is not in the target yet, and flag one that has to be", () => {
    const users = outbound("users");
    const first = users.rows(
      out("user", { ...anna, manager: "m" }, { manager: null }),
      null,
      target().context,
    );
    expect(first.deferred).toEqual(["manager"]);
    expect(first.issues).toEqual([]);
    const second = users.rows(
      out("user", { ...anna, manager: "m" }, { manager: "9" }),
      "101",
      target().context,
    );
    expect(second.deferred).toEqual([]);
    expect(second.rows[0]!.values["managerid"]).toBe(9);
    const { issues } = users.rows(out("user", { ...anna, organization: "o" }), null, target().context);
    expect(issues).toMatchObject([{ code: "no-target-value", severity: "flag", field: "organization" }]);
  });

  it("flag what the target cannot hold, and tell it of no shared row then", () => {
    const { context, kept } = target();
    const { issues } = outbound("users").rows(
      out("user", { ...anna, email: "e".repeat(101), status: "deleted", username: null }),
      null,
      context,
    );
    expect(issues.map(({ code, field, note }) => [code, field, note])).toEqual([
      ["no-target-value", "username", "user.username must hold a value"],
      ["target-too-long", "email", "user.email takes 100 characters"],
      ["no-target-value", "status", null],
    ]);
    expect(kept.size).toBe(0);
  });

  it("grow a tree of shared rows by the iteration before", () => {
    const courses = outbound("courses");
    const { context } = target();
    const first = courses.rows(out("course", { title: "T", category: ["Safety", "Fire"] }), null, context);
    expect(shape(first).map(({ values, id, exists }) => ({ ...values, id, exists }))).toEqual([
      { name: "Safety", parent: 0, path: "/101", depth: 0, id: 101, exists: false },
      { name: "Fire", parent: 101, path: "/101/102", depth: 1, id: 102, exists: false },
      { fullname: "T", category: 102, id: 101, exists: false },
    ]);
    const second = courses.rows(out("course", { title: "U", category: ["Safety", "Water"] }), null, context);
    expect(shape(second).map(({ id, exists }) => [id, exists])).toEqual([
      [101, true],
      [103, false],
      [102, false],
    ]);
    expect(second.rows[1]!.values).toMatchObject({ parent: 101, path: "/101/103" });
    const none = courses.rows(out("course", { title: "V" }), null, context);
    expect(none.issues).toMatchObject([{ code: "no-target-value", field: "course.category" }]);
  });

  it("repeat over the rows of a reference, and look up in one", () => {
    const completions = outbound("completions");
    const references = {
      roles: [{ id: 5, shortname: "student" }],
      criteria: [
        { id: 1, course: 57 },
        { id: 2, course: 58 },
        { id: 3, course: 57 },
      ],
    };
    const record = out(
      "completion",
      { user: "u", course: "c", status: "completed", completedAt: "2024-02-29", score: "87.125" },
      { user: "12", course: "57" },
    );
    const result = completions.rows(record, null, target(references).context);
    expect(result.issues).toEqual([]);
    expect(result.targetKey).toBe("12|57");
    expect(shape(result).map(({ table, values }) => [table, values])).toEqual([
      ["completion", { userid: 12, course: 57, timecompleted: 1709247599, grade: "87.13", roleid: 5 }],
      ["crit", { userid: 12, criteriaid: 1, timecompleted: 1709247599 }],
      ["crit", { userid: 12, criteriaid: 3, timecompleted: 1709247599 }],
    ]);
    expect(completions.rows(record, null, target({ criteria: [] }).context).issues).toMatchObject([
      { code: "lookup-failed", field: "completion.roleid" },
    ]);
    expect(completions.cardinality).toMatchObject({
      rule: "one-a-course",
      keep: [
        { field: "status", values: [["passed", "completed"], "in_progress"] },
        { field: "completedAt", order: "desc" },
      ],
    });
  });

  it("ask for more ids, and are computed again from the start", () => {
    expect(() => outbound("users").rows(out("user", anna), null, target({}, 0).context)).toThrow(
      IdsExhausted,
    );
    expect(outbound("users").rows(out("user", anna), null, target().context).rows).toHaveLength(3);
  });
});

describe("a projection", () => {
  it("is what will read back, each difference with the step that makes it", () => {
    const users = outbound("users");
    const { record, explained } = users.project(
      out("user", { ...anna, username: "Annabella", organization: "o", city: "Köln" }, { organization: "7" }),
    );
    expect(record).toMatchObject({
      username: "annabell",
      familyName: "Mülle",
      status: "active",
      createdAt: "2024-02-29T22:05:00Z",
      hireDate: "2024-03-01",
      locale: "pt-BR",
      organization: "7",
      manager: null,
      city: null,
      custom: { grade: "A" },
    });
    expect(Object.fromEntries(explained)).toEqual({
      username: "It is written in small letters; that loses the case of letters. (lms/users → user.username)",
      familyName:
        "It is written cut to 5 characters; that loses what is longer than 5 characters. (lms/users → user.lastname)",
      createdAt:
        "It is written as seconds since 1970; that loses fractions of seconds. (lms/users → user.timecreated)",
      city: "The target has no place for it. No place.",
      custom: "It is written only where the `value` of `entry` is not “-”. (lms/users → info.data)",
    });
  });

  it("is of each record's own values, however many came before", () => {
    const users = outbound("users");
    const wrong: unknown[] = [];
    for (let i = 0; i < 20_000; i += 1) {
      const familyName = `Name ${i % 7 === 0 ? i : i % 5}`;
      const { record, explained } = users.project(out("user", { username: `U${i}`, familyName }));
      const isRight = record["username"] === `u${i}` && record["familyName"] === familyName.slice(0, 5);
      if (!isRight || !explained.has("username") || !explained.has("familyName")) wrong.push(record);
    }
    expect(wrong).toEqual([]);
  });

  it("takes declared losses, days at their end and columns' scales", () => {
    const { record, explained } = outbound("completions").project(
      out(
        "completion",
        { user: "u", course: "c", status: "passed", completedAt: "2024-02-29", score: "87.125" },
        { user: "12", course: "57" },
      ),
    );
    expect(record).toMatchObject({
      user: "12",
      course: "57",
      status: "completed",
      completedAt: "2024-02-29T22:59:59Z",
      score: "87.13",
    });
    expect(Object.fromEntries(explained)).toEqual({
      status: "The target knows complete or not. (lms/completions → projection.status)",
      completedAt: "Whole seconds, and days as their end. (lms/completions → projection.completedAt)",
      score: "Its column is of the type `decimal(10,2)`. (lms/completions → completion.grade)",
    });
  });

  it("goes to the target's form and back where it is declared", () => {
    const completions = outbound("completions");
    const project = (completedAt: string, status = "completed") =>
      completions.project(out("completion", { status, completedAt })).record["completedAt"];
    expect(project("2024-02-29T22:05:00.5Z")).toBe("2024-02-29T22:05:00Z");
    expect(project("2024-02-29")).toBe("2024-02-29T22:59:59Z");
    expect(project("2024-02-29", "in_progress")).toBeNull();
  });

  it("tells what becomes of each field", () => {
    const { fidelity } = outbound("users");
    expect(fidelity.get("familyName")).toEqual({
      fidelity: "kept",
      column: "user.lastname",
      because: "lost: what is longer than 5 characters",
      losses: ["what is longer than 5 characters"],
    });
    expect(fidelity.get("status")).toEqual({
      fidelity: "kept",
      column: "user.suspended",
      because: null,
      losses: [],
    });
    expect(fidelity.get("city")).toEqual({
      fidelity: "no slot",
      column: null,
      because: "No place.",
      losses: [],
    });
    expect(fidelity.size).toBe(Object.keys(emptyRecord("user")).length);
  });

  it("is idempotent: what was read back once reads back the same", () => {
    const text = fc.oneof(
      fc.constant(null),
      fc
        .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
        .filter((t) => t.isWellFormed() && t.trim() === t && t !== ""),
    );
    const instant = fc.oneof(
      fc.constant(null),
      fc.integer({ min: 1, max: 4e9 }).map((s) => new Date(s * 1000 + 123).toISOString()),
    );
    const day = fc.oneof(
      fc.constant(null),
      fc.integer({ min: -7000, max: 40_000 }).map((d) => new Date(d * 86_400_000).toISOString().slice(0, 10)),
    );
    const user = fc.record({
      username: text,
      familyName: text,
      email: text,
      status: fc.constantFrom("active", "suspended"),
      createdAt: instant,
      hireDate: day,
      locale: fc.constantFrom(null, "de", "pt-BR", "sr-Latn"),
      custom: fc.oneof(
        fc.constant(null),
        fc.dictionary(
          fc.constantFrom("a", "__proto__", "constructor", "b"),
          text.map((t) => t ?? "-"),
        ),
      ),
    });
    const users = outbound("users");
    fc.assert(
      fc.property(user, (values) => {
        const first = users.project(out("user", values)).record;
        const second = users.project(out("user", first));
        expect(second.record).toEqual(first);
        expect([...second.explained.keys()]).toEqual([]);
      }),
    );
  });
});

describe("conditions of an outbound mapping", () => {
  it("exclude by rule", () => {
    const users = outbound("users");
    expect(users.excludes(out("user", { status: "deleted" }))).toBe("deleted");
    expect(users.excludes(out("user", { status: "active" }))).toBeNull();
    expect(users.applies(out("user", { status: "active" }))).toBe(true);
    expect(users.exclusions.get("deleted")).toBe("No deleted people.");
  });

  it("that fail are told by the rows, and decide nothing", () => {
    const files = {
      ...lms,
      "outbound/users.yaml": lms["outbound/users.yaml"]!.replace(
        'status == "deleted"',
        'custom.leaver == "1"',
      ),
    };
    const users = systemOf(files).outbound.find(({ name }) => name === "lms/users")!;
    const record = out("user", anna);
    expect(users.excludes(record)).toBeNull();
    expect(users.rows(record, null, target().context).issues).toMatchObject([
      { code: "expression-failed", note: "exclude: deleted" },
    ]);
  });
});

/** What is wrong with the users' mapping when a part of it is replaced. */
function problems(from: string, to: string): readonly string[] {
  const text = lms["outbound/users.yaml"]!;
  if (!text.includes(from)) throw new Error(`the mapping has no ${from}`);
  return problemsOf({ ...lms, "outbound/users.yaml": text.replace(from, to) });
}

describe("a mapping that cannot be compiled", () => {
  it("says what cannot be read back, or be named", () => {
    expect(problems("case: lower, truncate: 8", "hash: { with: md5 }")).toEqual([
      expect.stringContaining("what `username` will read back as cannot be told: `hash` cannot be read back"),
    ]);
    expect(problems("email: email", "email: emial").join("\n")).toMatch(
      /users.yaml:\d+:\d+ there is no `emial` \(.*email/,
    );
    expect(problems("data: { from: entry.value", "data: { from: entri.value").join("\n")).toContain(
      "there is no `entri.value`",
    );
    expect(problems("language: moodle", "epoch: seconds, zone: Mars/Base").join("\n")).toContain(
      "no time zone",
    );
    expect(problems('entry.value != "-"', 'entry.valu != "-"').join("\n")).toContain("entry.valu");
    expect(problems('key: "{user.id}"', "key: [user.username]").join("\n")).toContain(
      "Make it a part of the key",
    );
  });
});
