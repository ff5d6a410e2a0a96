import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Trial } from "./kit/trial.js";

const quoted = (value: string | number | null): string =>
  value === null ? "NULL" : typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;

const insert = (table: string, rows: readonly Readonly<Record<string, string | number | null>>[]): string =>
  rows
    .map(
      (row, i) =>
        `INSERT INTO ${table} (id, ${Object.keys(row).join(", ")}) VALUES (${[i + 1, ...Object.values(row)].map(quoted).join(", ")});`,
    )
    .join("\n");

/** Few different values, so that records collide, refer to one another and contradict one another. */
const few = (values: readonly (string | number | null)[]): fc.Arbitrary<string | number | null> =>
  fc.constantFrom(...values);
const id = few([1, 2, 3, 4, null, 99]);

const person = fc.record({
  number: few(["E1", "E2", "e1", "E3", null]),
  login: few([
    "anna",
    "Anna",
    "bob",
    "guest",
    "z\u0301",
    null,
    "a'b",
    "way-too-long-for-the-column-of-the-target",
  ]),
  mail: few(["a@x.example", "A@X.example", null, "nonsense"]),
  given: few(["Forbidden", "Ann", null, "tab\tand\u0007bell"]),
  family: few(["Arc", "arc", null, "x".repeat(80)]),
  state: few(["on", "off", "gone", "unheard", null]),
  unit: id,
  boss: id,
  extra: few(['{"Car":"red"}', '{"Car":"blue","Desk":""}', "[1", null]),
});
const unit = fc.record({ code: few(["A", "B", null]), name: few(["Head", "head", null]), parent: id });
const lesson = fc.record({
  code: few(["L", "M", null]),
  title: few(["Lesson", null]),
  subject: few(["S/T", null]),
  state: few(["open", "closed", "odd"]),
});
const result = fc.record({
  person: id,
  lesson: id,
  state: few(["done", "failed", "begun", "odd", null]),
  finished: few(["2024-01-01T00:00:00Z", "2024-02-30T00:00:00Z", null, "soon"]),
  score: few([1, 99.5, null]),
});
const upTo = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 8 });

describe("law 1", () => {
  it("holds for any input: the books balance, a second run changes nothing, undo leaves nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        upTo(unit),
        upTo(person),
        upTo(lesson),
        upTo(result),
        upTo(person),
        async (units, people, lessons, results, there) => {
          const source = [
            insert("unit", units),
            insert("person", people),
            insert("lesson", lessons),
            insert("result", results),
          ].join("\n");
          const known = there.filter(
            (p, i) =>
              p.login !== null &&
              String(p.login).length <= 30 &&
              p.given !== "Forbidden" &&
              there.findIndex((q) => q.login === p.login) === i,
          );
          const target = insert(
            "person",
            known.map(({ number, login, mail, family }) => ({
              number,
              login,
              mail,
              family: family === null ? null : String(family).slice(0, 50),
            })),
          );
          const t = new Trial({ source, target, batchSize: 3 });
          try {
            const before = t.everything();
            await t.plan();
            const { balanced, entities } = await t.load();
            expect(balanced).toBe(true);
            const read = {
              organization: units.length,
              user: people.length,
              course: lessons.length,
              completion: results.length,
            };
            for (const [entity, count] of Object.entries(read)) {
              expect(entities[entity as keyof typeof read]?.read ?? 0).toBe(count);
            }
            const held = t.everything();
            const inDoubt = t.ends("user").filter((end) => end.includes("-match"));
            await t.disconnect();
            await t.plan();
            await t.load();
            // Who was in doubt may no longer be, once the first run changed those to choose from.
            if (inDoubt.length === 0) expect(t.everything()).toEqual(held);
            await t.undo(2);
            await t.undo(1);
            expect(t.everything()).toEqual(before);
          } finally {
            await t.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
