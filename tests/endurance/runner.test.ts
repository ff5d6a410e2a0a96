import { expect, it } from "vitest";
import { runVariants } from "./runner.js";
import { Untried, type Trial, type Variant } from "./variant.js";

const variant = (name: string, run: (trial: Trial) => Promise<readonly string[]>): Variant => ({
  name,
  counts: "calls",
  run: async (trial) => ({ count: 1, findings: await run(trial) }),
});

it("tries every variant once at least, begins with the given seed, and goes on after a failure", async () => {
  const seeds: number[] = [];
  const reports = await runVariants({
    budget: 1,
    seed: 7,
    variants: [
      variant("good", async ({ seed, log }) => {
        seeds.push(seed);
        log("said");
        return [];
      }),
      variant("bad", async ({ log }) => {
        log("on the way");
        return ["found"];
      }),
      variant("thrown", () => Promise.reject(new Error("oh"))),
      variant("elsewhere", () => Promise.reject(new Untried("no such thing here"))),
    ],
  });
  expect(seeds[0]).toBe(7);
  expect(reports.map(({ variant: name, failures }) => [name, failures.map(({ seed }) => seed)[0]])).toEqual([
    ["good", undefined],
    ["bad", 7],
    ["thrown", 7],
    ["elsewhere", undefined],
  ]);
  expect(reports[1]!.failures[0]).toMatchObject({ findings: ["found"], log: ["on the way"] });
  expect(reports[3]).toMatchObject({ untried: "no such thing here", trials: 0 });
});

it("tries other seeds within the budget, and no trial longer than its limit", async () => {
  const seeds = new Set<number>();
  const reports = await runVariants({
    budget: 60_000,
    seed: 1,
    most: 4,
    variants: [
      variant("many", async ({ seed }) => {
        seeds.add(seed);
        return [];
      }),
      { ...variant("stuck", () => new Promise(() => undefined)), limit: 0.01 },
    ],
  });
  expect(seeds.size).toBe(4);
  expect(reports.map(({ trials }) => trials)).toEqual([4, 3]);
  expect(reports[1]!.failures[0]!.findings).toEqual(["it did not end within 0.01 s"]);
});
