import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Trial } from "../../engine/test/kit/trial.js";
import { plainPeople } from "./kit/plain.js";
import { loaded, manyPeople, twoWays } from "./kit/two-ways.js";

const people = 120;
const numRuns = Number(process.env["RUNS"] ?? 20);

const where = fc.oneof(
  fc.integer({ min: -1, max: people + 1 }).map((id) => `id = ${id}`),
  fc
    .tuple(fc.integer({ min: 1, max: people }), fc.nat(people))
    .map(([id, more]) => `id BETWEEN ${id} AND ${id + more}`),
  fc.integer({ min: 2, max: 20 }).map((n) => `id % ${n} = 1`),
);
/** What no mapping reads. */
const unseen = fc.constantFrom("seen = seen + 1", "seen = NULL");
const seen = fc.constantFrom(
  "given = given || 'x'",
  "job = 'Cook'",
  "boss = id",
  "id = -id",
  "id = id + 3000",
  "id = id + 9000000000000000",
);
const damage = fc.oneof(
  fc
    .tuple(fc.oneof(unseen, seen), where)
    .map(([what, which]) => `UPDATE OR IGNORE person SET ${what} WHERE ${which}`),
  fc
    .tuple(fc.constantFrom("person", "result"), where)
    .map(([table, which]) => `DELETE FROM ${table} WHERE ${which}`),
  fc
    .tuple(fc.constantFrom("passed = 1 - passed", "finished = NULL", "score = score + 0.00001"), where)
    .map(([what, which]) => `UPDATE result SET ${what} WHERE ${which}`),
  // Rows that are there twice, in a table that somebody made anew.
  fc.tuple(fc.constantFrom("person", "result"), where).map(
    ([table, which]) =>
      `CREATE TABLE other AS SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE other RENAME TO ${table};
         INSERT INTO ${table} SELECT * FROM ${table} WHERE ${which}`,
  ),
);

/** What happened between two runs: rows are changed by the second one, made by it, or it is undone. */
const meanwhile = fc.option(
  fc.record({
    sql: fc.oneof(
      where.map((which) => `UPDATE person SET given = 'New ' || id WHERE ${which}`),
      where.map((which) => `UPDATE result SET score = 7 WHERE ${which}`),
      fc.nat(5).map(
        (
          n,
        ) => `INSERT INTO person (id, number, login) SELECT id + 1000, 'N' || id, 'n' || id FROM person WHERE id <= ${n};
          INSERT INTO result (id, person, lesson, score) SELECT id + 1000, id, 1, 5 FROM person WHERE id > 1000`,
      ),
    ),
    isUndone: fc.boolean(),
  }),
  { nil: null },
);

/** Who was there before, so that ids and records do not go together. */
const before = fc.constantFrom(
  "",
  `INSERT INTO person (number, login) VALUES ('E${people}', 'p${people}'), ('E${people / 2}', 'older'), ('X', 'x')`,
);

it("finds of written rows in passing what is found when each is asked for", async () => {
  await fc.assert(
    fc.asyncProperty(
      before,
      fc.constantFrom(3, 10, 50, 2000),
      meanwhile,
      fc.array(damage, { maxLength: 3 }),
      async (target, batchSize, between, all) => {
        const t = new Trial({ source: manyPeople(people), target, batchSize });
        t.edits = plainPeople;
        try {
          await loaded(t);
          if (between !== null) {
            t.on("school", between.sql);
            await loaded(t);
            if (between.isUndone) await t.undo(2);
            await t.disconnect();
            await t.plan();
            await t.disconnect();
          }
          for (const each of all) t.on("academy", each);
          await twoWays(t);
        } finally {
          await t.close();
        }
      },
    ),
    { numRuns, seed: Number(process.env["SEED"] ?? 1) },
  );
  expect.hasAssertions();
});
