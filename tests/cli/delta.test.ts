import { afterAll, beforeAll, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { exports, makeSmall, migrationYaml, type Small } from "./support/small.js";

let small: Small;
beforeAll(() => {
  small = makeSmall();
});
afterAll(() => small.remove());

interface Planned {
  readonly plan: { readonly scope: unknown };
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly delta: { readonly run: number | null; readonly because: string | null };
  readonly checked: Readonly<Record<string, unknown>>;
}

const people = exports(40)["people.csv"]!;
const without = (name: string): string =>
  people
    .split("\n")
    .filter((line) => !line.includes(name))
    .join("\n");

it("is a full plan where no run is finished, and says why", async () => {
  const { delta, entities } = await json<Planned>(["plan", small.folder, "--delta"], 0);
  expect(delta).toEqual({ run: null, because: "no run is finished that it could build on", whole: [] });
  expect(entities["user"]).toMatchObject({ read: 40, created: 40 });
  await json(["run", small.folder], 0);
});

it("plans what changed in files, and what it wrote reconciles with everything else", async () => {
  small.file("exports/people.csv", people.replace("Name 7", "Anders"));
  const { plan, delta, entities } = await json<Planned>(["plan", small.folder, "--delta"], 0);
  expect(delta).toMatchObject({ run: 1, because: null });
  expect(plan.scope).toEqual({ delta: { run: 1 } });
  expect(entities["user"]).toMatchObject({ read: 40, updated: 1, unchanged: 39 });
  await json(["run", small.folder], 0);
  const { entities: read } = await json<Planned>(["reconcile", small.folder], 0);
  expect(read["user"]).toMatchObject({ source: 40, equal: 40, different: 0, missing: 0, unexpected: 0 });
});

it("lists what the source no longer has, and flags it where the policy says so", async () => {
  small.file("exports/people.csv", without("Name 7"));
  const said = await cutover(["plan", small.folder, "--delta"]);
  expect(said.out).toContain("A delta: what changed since run 2.");
  expect(said.out).toContain("1 records are in the target and no longer in the source");
  await json(["run", small.folder], 0);

  small.file("migration.yaml", `${migrationYaml('{ url: "sqlite:target.db" }')}vanished: flag\n`);
  const { delta, checked } = await json<Planned>(["plan", small.folder, "--delta"], 4);
  expect(delta.because).toBe("a mapping, a system's definition or a policy was changed");
  expect(checked).toMatchObject({ vanished: 0, orphaned: 1, orphansFlagged: 1 });
  const { flags } = await json<{ flags: readonly unknown[] }>(["flags", small.folder], 4);
  expect(flags).toMatchObject([{ code: "vanished", entity: "user" }]);
  await json(["run", small.folder], 4);
});
