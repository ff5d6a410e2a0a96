import { afterAll, beforeAll, expect, it } from "vitest";
import { json, type Failure } from "./support/cutover.js";
import { exports, makeSmall, type Small } from "./support/small.js";

let small: Small;
beforeAll(() => {
  small = makeSmall();
  small.file("exports/teams.csv", `${exports(0)["teams.csv"]!}T4,human resources,T1\n`);
});
afterAll(() => small.remove());

interface Planned {
  readonly plan: { readonly scope: unknown };
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

it.each([
  ["name", "Sales"],
  ["name, whatever its case", "sales"],
  ["code and key", "T1"],
])("plans a wave by the organization's %s, with all below it", async (_, name) => {
  const { plan, entities } = await json<Planned>(["plan", small.folder, "--organization", name], 0);
  expect(plan.scope).toEqual({ organizations: ["T1"] });
  // T1 and T3 below it: two of every four people.
  expect(entities["user"]).toMatchObject({ created: 20, excluded: 20 });
});

it("tells every name that means nothing, or more than one thing", async () => {
  const { error } = await json<Failure>(
    ["plan", small.folder, "--organization", "Sales Nort", "Human Resources", "T3"],
    2,
  );
  expect(error.problems).toEqual([
    {
      message: "no source has an organization `Sales Nort`",
      remedy: expect.stringContaining("Sales North") as string,
    },
    {
      message: "`Human Resources` is the name of 2 organizations",
      remedy: expect.stringContaining("`T2`, `T4`") as string,
    },
  ]);
});

it("says so where nobody has organizations", async () => {
  small.file("exports/teams.csv", "team,title,above\n");
  const { error } = await json<Failure>(["plan", small.folder, "--organization", "Sales"], 2);
  expect(error.problems[0]!.remedy).toContain("have no organizations");
});
