import path from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { json } from "./support/cutover.js";
import { exports, makeSmall, type Small } from "./support/small.js";

let small: Small;
beforeAll(async () => {
  small = makeSmall();
  await json(["plan", small.folder], 0);
  await json(["run", small.folder], 0);
});
afterAll(() => small.remove());

interface Planned {
  readonly plan: { readonly scope: unknown };
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly target: readonly unknown[];
  readonly delta: unknown;
}

const people = exports(40)["people.csv"]!;

/** What people do in the target. */
function edit(sql: string): void {
  const db = new Sqlite(path.join(small.folder, "target.db"));
  db.exec(sql);
  db.close();
}

it("looks at every record where nobody has read the target back", async () => {
  const { plan, entities, target } = await json<Planned>(["plan", small.folder], 0);
  expect(plan.scope).toEqual({});
  expect(target).not.toEqual([]);
  expect(entities["user"]).toMatchObject({ read: 40, unchanged: 40 });
  await json(["run", small.folder], 0);
});

it("takes over what a reconciliation found, as long as the target has the very same rows", async () => {
  await json(["reconcile", small.folder], 0);
  small.file("exports/people.csv", people.replace("Name 7", "Anders"));
  const { plan, entities, target, delta } = await json<Planned>(["plan", small.folder], 0);
  expect(plan.scope).toEqual({ delta: { run: 2, reconciliation: 1 } });
  expect(target).toEqual([]);
  expect(delta).toBeNull();
  expect(entities["user"]).toMatchObject({ read: 40, updated: 1, unchanged: 39 });
});

it("flags at load what changed in the target since, also of what was not looked at for the plan", async () => {
  edit("UPDATE person SET name = 'Edited' WHERE name = 'Name 9'");
  const { entities } = await json<Planned>(["run", small.folder], 4);
  expect(entities["user"]).toMatchObject({ read: 40, updated: 1, unchanged: 38, flagged: 1 });
  expect(small.ledger("SELECT code FROM flag")).toEqual([{ code: "changed-since-plan" }]);
});

it("plans anew what waited for a person", async () => {
  await json(["reconcile", small.folder], 4);
  const { plan, entities } = await json<Planned>(["plan", small.folder], 0);
  expect(plan.scope).toEqual({ delta: { run: 3, reconciliation: 2 } });
  expect(entities["user"]).toMatchObject({ read: 40, updated: 1, unchanged: 39 });
  await json(["run", small.folder], 0);
  const { entities: read } = await json<Planned>(["reconcile", small.folder], 0);
  expect(read["user"]).toMatchObject({ source: 40, equal: 40, different: 0, missing: 0, unexpected: 0 });
});

it("looks at every record again where the target is not what was reconciled", async () => {
  edit("UPDATE person SET name = 'Edited' WHERE name = 'Name 9'");
  const { plan, entities, target } = await json<Planned>(["plan", small.folder], 0);
  expect(plan.scope).toEqual({});
  expect(target).not.toEqual([]);
  expect(entities["user"]).toMatchObject({ read: 40, updated: 1, unchanged: 39 });
});
