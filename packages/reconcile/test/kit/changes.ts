import * as fc from "fast-check";
import type { Edit } from "../../../engine/test/kit/trial.js";

/** What happens between one plan and the next, or is a step of the migration itself. */
export type Happening =
  | { readonly kind: "source"; readonly sql: string }
  | { readonly kind: "target"; readonly sql: string }
  | { readonly kind: "edit"; readonly which: number }
  | { readonly kind: "policy"; readonly which: number }
  | { readonly kind: "decide"; readonly sql: string }
  | {
      readonly kind: "plan";
      readonly delta: boolean;
      /** Organizations of a wave; none means everybody. */
      readonly wave: readonly string[];
      /** It is stopped after so many pages of the sources. */
      readonly stops?: number;
    }
  | { readonly kind: "run"; readonly dies: number | null; readonly when: "before" | "after" }
  | { readonly kind: "reconcile" }
  | { readonly kind: "undo" };

const id = fc.integer({ min: 1, max: 9 });
const perhaps = fc.option(id, { nil: null });
const literal = (value: string | number | null): string =>
  value === null ? "NULL" : typeof value === "number" ? String(value) : `'${value}'`;
const row = (...values: readonly (string | number | null)[]): string => values.map(literal).join(", ");

const login = fc.constantFrom(
  "ann",
  "bob",
  "cleo",
  "dora",
  "guest",
  "eve",
  "finn",
  "a login that is much too long for it",
);
const number = fc.constantFrom("E1", "E2", "E3", "E4", "E5", null);
const given = fc.constantFrom("Ann", "Bea", "Forbidden", null);
const personState = fc.constantFrom("on", "off", "gone", "odd");
const resultState = fc.constantFrom("done", "failed", "begun", "odd");
const finished = fc.constantFrom("2024-01-01T00:00:00Z", "2024-05-01T00:00:00Z", "never", null);
const score = fc.constantFrom(null, 1, 87.5, 123456789.5);
const extra = fc.constantFrom(null, '{"Car":"red"}', '{"Car":"blue","Size":"38"}', "no json");

/** `@now` is the second at which it happens: the source counts them where it says what changed. */
export const sourceSql = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(id, number, login, given, personState, perhaps, perhaps, extra).map(
      ([key, n, l, g, s, unit, boss, e]) =>
        `DELETE FROM person WHERE id = ${key};
       INSERT INTO person (id, number, login, given, state, unit, boss, extra, touched) VALUES (${row(key, n, l, g, s, unit, boss, e)}, @now)`,
    ),
  },
  fc
    .tuple(id, login)
    .map(([key, l]) => `INSERT INTO person (id, login, touched) VALUES (${row(key, l)}, @now)`),
  fc
    .tuple(id, perhaps)
    .map(([key, boss]) => `UPDATE person SET boss = ${literal(boss)}, touched = @now WHERE id = ${key}`),
  fc
    .tuple(id, personState)
    .map(([key, s]) => `UPDATE person SET state = '${s}', touched = @now WHERE id = ${key}`),
  fc.tuple(id, id).map(([key, other]) => `UPDATE person SET id = ${other}, touched = @now WHERE id = ${key}`),
  id.map((key) => `DELETE FROM person WHERE id = ${key}`),
  {
    weight: 4,
    arbitrary: fc.tuple(id, id, id, resultState, finished, score).map(
      ([key, person, lesson, s, f, points]) =>
        `DELETE FROM result WHERE id = ${key};
       INSERT INTO result (id, person, lesson, state, finished, score, touched) VALUES (${row(key, person, lesson, s, f, points)}, @now)`,
    ),
  },
  fc
    .tuple(perhaps, id, id)
    .map(
      ([key, person, lesson]) =>
        `INSERT INTO result (id, person, lesson, touched) VALUES (${row(key, person, lesson)}, @now)`,
    ),
  fc
    .tuple(id, id)
    .map(([key, person]) => `UPDATE result SET person = ${person}, touched = @now WHERE id = ${key}`),
  fc.tuple(id, id).map(([key, other]) => `UPDATE result SET id = ${other}, touched = @now WHERE id = ${key}`),
  id.map((key) => `DELETE FROM result WHERE id = ${key}`),
  fc
    .tuple(id, fc.constantFrom("A", "B", "C", null), perhaps)
    .map(
      ([key, code, parent]) =>
        `DELETE FROM unit WHERE id = ${key}; INSERT INTO unit (id, code, name, parent) VALUES (${row(key, code, `Unit ${key}`, parent)})`,
    ),
  fc
    .tuple(id, fc.constantFrom("A", "B", "C"))
    .map(([key, code]) => `INSERT INTO unit (id, code, name) VALUES (${row(key, code, `Unit ${key}`)})`),
  id.map((key) => `DELETE FROM unit WHERE id = ${key}`),
  fc
    .tuple(id, fc.constantFrom("open", "closed", "odd"), fc.constantFrom(null, "Safety/Fire", "Law"))
    .map(
      ([key, s, subject]) =>
        `DELETE FROM lesson WHERE id = ${key}; INSERT INTO lesson (id, code, title, subject, state) VALUES (${row(key, `L${key}`, `Lesson ${key}`, subject, s)})`,
    ),
  id.map((key) => `DELETE FROM lesson WHERE id = ${key}`),
);

const staffNumber = fc.constantFrom("E1", "E2", "E3", "E9");
export const staffSql = fc.oneof(
  fc
    .tuple(staffNumber, fc.constantFrom("Boss", "Cook", null), fc.constantFrom("Arc", null))
    .map(
      ([n, title, family]) =>
        `INSERT OR REPLACE INTO staff (number, title, family) VALUES (${row(n, title, family)})`,
    ),
  staffNumber.map((n) => `DELETE FROM staff WHERE number = '${n}'`),
);

/** Rows are told by what they mean: their ids differ from one target to the other. */
const person = (l: string): string => `(SELECT id FROM person WHERE login = '${l}')`;
const course = (key: number): string => `(SELECT min(id) FROM course WHERE code = 'L${key}')`;
const targetSql = fc.oneof(
  fc
    .tuple(login, fc.constantFrom("Cook", null))
    .map(([l, job]) => `UPDATE person SET job = ${literal(job)} WHERE login = '${l}'`),
  fc
    .tuple(login, fc.constantFrom("Changed", null))
    .map(([l, g]) => `UPDATE person SET given = ${literal(g)} WHERE login = '${l}'`),
  login.map((l) => `UPDATE person SET seen = seen + 1 WHERE login = '${l}'`),
  login.map((l) => `INSERT OR IGNORE INTO person (login, number) VALUES ('${l}', 'E2')`),
  login.map((l) => `UPDATE OR IGNORE person SET login = 'x' || login WHERE login = '${l}'`),
  login.map((l) => `DELETE FROM profile WHERE person = ${person(l)}`),
  login.map((l) => `DELETE FROM result WHERE person = ${person(l)}`),
  login.map(
    (l) =>
      `DELETE FROM result WHERE person = ${person(l)}; DELETE FROM profile WHERE person = ${person(l)}; DELETE FROM person WHERE login = '${l}'`,
  ),
  fc.tuple(login, id).map(
    ([l, key]) =>
      `INSERT OR IGNORE INTO result (person, course, passed) SELECT ${person(l)}, ${course(key)}, 1
       WHERE ${person(l)} IS NOT NULL AND ${course(key)} IS NOT NULL`,
  ),
  fc
    .tuple(login, id)
    .map(
      ([l, key]) =>
        `UPDATE result SET passed = 1 - passed WHERE person = ${person(l)} AND course = ${course(key)}`,
    ),
  fc
    .constantFrom("A", "B", "C")
    .map((code) => `INSERT INTO org (code, name) VALUES ('${code}', 'Made here')`),
  fc.constantFrom("A", "B", "C").map((code) => `UPDATE org SET name = 'Renamed' WHERE code = '${code}'`),
  fc.constant("UPDATE category SET name = 'Renamed' WHERE name = 'Law'"),
);

const recordOf = (entity: string, key: string | number): string =>
  `(SELECT r.id FROM record r JOIN mapping m ON m.id = r.mapping WHERE m.entity = '${entity}' AND r.key = '${key}' AND r.occurrence = 1 LIMIT 1)`;
/** What a person decided about a record. */
export const decision = (entity: string, key: number, rest: string): string =>
  `INSERT INTO decision (record, code, action, field, value, by, at, because)
   SELECT ${recordOf(entity, key)}, ${rest}, 'me', '2026-01-01T00:00:01Z', 'so' WHERE ${recordOf(entity, key)} IS NOT NULL`;
/** Whatever a person decided, but for a value of theirs: who takes that back has the record read anew. */
export const withdrawn = (entity: string, key: number): string =>
  `DELETE FROM decision WHERE action <> 'override' AND record = ${recordOf(entity, key)}`;
const entity = fc.constantFrom("user", "completion");
const decideSql = fc.oneof(
  fc.tuple(entity, id).map(([e, key]) => decision(e, key, "'unmapped-value', 'exclude', NULL, NULL")),
  fc.tuple(id, login).map(([key, l]) => decision("user", key, `'bad-value', 'override', 'username', '${l}'`)),
  id.map((key) => decision("user", key, "'unmapped-value', 'override', 'status', 'active'")),
  id.map((key) => decision("completion", key, "'unmapped-value', 'override', 'status', 'passed'")),
  fc
    .tuple(entity, id, id)
    .map(([e, key, other]) => decision(e, key, `'duplicate-key', 'merge', NULL, '${other}'`)),
  fc.tuple(entity, id).map(([e, key]) => decision(e, key, "'unmapped-value', 'accept', 'status', NULL")),
  fc.tuple(entity, id).map(([e, key]) => withdrawn(e, key)),
);

/** What people change in the definitions, each put in or taken out again. */
export const edits: readonly (readonly Edit[])[] = [
  [
    {
      system: "school",
      file: "inbound/users.yaml",
      from: 'login == "guest"',
      to: 'login == "guest" || login == "bob"',
    },
  ],
  [{ system: "school", file: "inbound/users.yaml", from: "gone: deleted", to: "gone: suspended" }],
  [
    {
      system: "school",
      file: "inbound/users.yaml",
      from: "givenName: given",
      to: "givenName: { from: given, case: upper }",
    },
  ],
  [
    {
      system: "school",
      file: "inbound/completions.yaml",
      from: "begun: in_progress",
      to: "begun: in_progress, odd: failed",
    },
  ],
  [
    {
      system: "academy",
      file: "outbound/completions.yaml",
      from: "completedAt: desc",
      to: "completedAt: asc",
    },
  ],
  [
    {
      system: "academy",
      file: "outbound/users.yaml",
      from: "keepOnUpdate: [jobTitle]",
      to: "keepOnUpdate: [jobTitle, givenName]",
    },
  ],
  [
    {
      system: "academy",
      file: "outbound/users.yaml",
      from: 'status == "deleted"',
      to: 'status == "deleted" || username == "eve"',
    },
  ],
  [{ system: "academy", file: "outbound/courses.yaml", from: "truncate: 100", to: "truncate: 6" }],
  [
    {
      system: "academy",
      file: "outbound/users.yaml",
      from: "mapping: academy/users",
      to: "mapping: academy/people",
    },
  ],
  [
    {
      system: "academy",
      file: "outbound/completions.yaml",
      from: "map: { passed: 1, failed: 0, in_progress: 0 }",
      to: "map: { passed: 1, failed: 0 }",
    },
  ],
];

export const policies = [
  {},
  { vanished: { user: "flag", completion: "flag" } },
  { keys: { user: [{ fields: ["username"] }] } },
] as const;

const wave = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  fc.subarray(["A", "B", "C"], { minLength: 1 }),
);

/** What may happen, at random; much of it by itself changes nothing. */
export const happenings = (source: fc.Arbitrary<string>, rounds = 4): fc.Arbitrary<readonly Happening[]> => {
  const changed = fc.oneof(
    { weight: 10, arbitrary: source.map((sql): Happening => ({ kind: "source", sql })) },
    { weight: 3, arbitrary: targetSql.map((sql): Happening => ({ kind: "target", sql })) },
    { weight: 4, arbitrary: decideSql.map((sql): Happening => ({ kind: "decide", sql })) },
    { weight: 1, arbitrary: fc.nat(edits.length - 1).map((which): Happening => ({ kind: "edit", which })) },
    {
      weight: 1,
      arbitrary: fc.nat(policies.length - 1).map((which): Happening => ({ kind: "policy", which })),
    },
  );
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("plan" as const), delta: fc.boolean(), wave }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("plan" as const),
        delta: fc.boolean(),
        wave,
        stops: fc.integer({ min: 1, max: 9 }),
      }),
    },
    { weight: 4, arbitrary: fc.constant<Happening>({ kind: "run", dies: null, when: "before" }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("run" as const),
        dies: fc.integer({ min: 1, max: 4 }),
        when: fc.constantFrom("before" as const, "after" as const),
      }),
    },
    { weight: 3, arbitrary: fc.constant<Happening>({ kind: "reconcile" }) },
    { weight: 1, arbitrary: fc.constant<Happening>({ kind: "undo" }) },
  );
  // Mostly a migration goes its way, and things happen in between.
  const round = fc
    .tuple(
      fc.array(changed, { maxLength: 4 }),
      fc.constantFrom(true, true, false),
      fc.boolean(),
      wave,
      fc.array(fc.oneof(step, changed), { maxLength: 2 }),
      fc.array(targetSql, { maxLength: 1 }),
    )
    .map(([before, reconciles, delta, organizations, after, meanwhile]): readonly Happening[] => [
      ...before,
      { kind: "plan", delta, wave: organizations },
      ...meanwhile.map((sql) => ({ kind: "target", sql }) as const),
      { kind: "run", dies: null, when: "before" },
      ...(reconciles ? [{ kind: "reconcile" } as const] : []),
      ...after,
    ]);
  return fc.array(round, { minLength: 1, maxLength: rounds }).map((all) => all.flat());
};

/** How each migration ends. */
export const last: readonly Happening[] = [
  { kind: "plan", delta: false, wave: [] },
  { kind: "run", dies: null, when: "before" },
  { kind: "reconcile" },
];
