import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Trial } from "../../engine/test/kit/trial.js";
import { asOneByOne } from "./kit/one-by-one.js";
import { loaded, manyPeople } from "./kit/two-ways.js";

const people = 60;
const numRuns = Number(process.env["RUNS"] ?? 40);

const one = fc.integer({ min: 1, max: people }).map((id) => `id = ${id}`);
const some = fc.oneof(
  one,
  fc
    .tuple(fc.integer({ min: 1, max: people }), fc.nat(6))
    .map(([id, more]) => `id BETWEEN ${id} AND ${id + more}`),
  fc.integer({ min: 2, max: 20 }).map((n) => `id % ${n} = 0`),
);

/** What a person may do to rows of the target, or somebody who means it ill. */
const damage = fc.oneof(
  fc
    .tuple(fc.constantFrom("person", "result"), some)
    .map(([table, where]) => `DELETE FROM ${table} WHERE ${where}`),
  fc
    .tuple(
      fc.constantFrom(
        "score = score + 0.5",
        "score = NULL",
        "finished = NULL",
        "finished = finished + 1",
        "passed = 1 - passed",
        "person = person + 1",
        "person = NULL",
      ),
      some,
    )
    .map(([set, where]) => `UPDATE OR IGNORE result SET ${set} WHERE ${where}`),
  fc
    .tuple(
      fc.constantFrom(
        "login = login || 'x'",
        "given = NULL",
        "given = ' ' || given",
        "given = substr(given, 1, 3)",
      ),
      some,
    )
    .map(([set, where]) => `UPDATE OR IGNORE person SET ${set} WHERE ${where}`),
  some.map(
    (where) =>
      `INSERT OR IGNORE INTO person (id, login) SELECT id + 500, 'new' || id FROM person WHERE ${where}`,
  ),
  some.map((where) => `UPDATE OR IGNORE result SET id = -id WHERE ${where}`),
);

/** Whom the target had before: nobody, or some who are written over or kept. */
const before = fc.constantFrom(
  "",
  "INSERT INTO person (number, login) VALUES ('E3', 'p3'), ('E5', 'five'), ('X', 'x')",
);

it("finds by columns what is found record by record", async () => {
  await fc.assert(
    fc.asyncProperty(before, fc.array(damage, { maxLength: 3 }), async (target, all) => {
      const t = new Trial({ source: manyPeople(people), target });
      try {
        await loaded(t);
        for (const each of all) t.on("academy", each);
        await asOneByOne(t);
      } finally {
        await t.close();
      }
    }),
    { numRuns, seed: Number(process.env["SEED"] ?? 1) },
  );
  expect.hasAssertions();
});
