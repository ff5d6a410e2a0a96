import * as fc from "fast-check";
import { happenings, last, sourceSql, staffSql } from "../../../packages/reconcile/test/kit/changes.js";
import { sights, type WorldOptions } from "../../../packages/reconcile/test/kit/world.js";
import { isDeepStrictEqual } from "node:util";
import type { Trial, Tried, Variant } from "../variant.js";

const cases: readonly { readonly name: string; readonly options: WorldOptions }[] = [
  { name: "one source", options: {} },
  { name: "two sources", options: { payroll: true } },
  { name: "a source that is enriched", options: { enrich: true } },
];

/** Milliseconds a trial takes at most. */
const longest = 60_000;

/** Migrations that remember what they saw, beside others that do all of it again: no step may tell them apart. */
async function run({ seed, deadline, log }: Trial): Promise<Tried> {
  const { name, options } = cases[seed % cases.length]!;
  log(name);
  const source =
    seed % cases.length === 0 ? sourceSql : fc.oneof({ weight: 3, arbitrary: sourceSql }, staffSql);
  const property = fc.asyncProperty(happenings(source, 8), async (all) => {
    const { remembered, forgetful } = await sights([...all, ...last], options);
    return isDeepStrictEqual(remembered, forgetful);
  });
  const tried = await fc.check(property, {
    seed,
    numRuns: 1_000,
    interruptAfterTimeLimit: Math.min(longest, Math.max(1_000, deadline - Date.now())),
  });
  if (!tried.failed || tried.counterexample === null) return { count: tried.numRuns, findings: [] };
  const why = tried.errorInstance instanceof Error ? ` (${tried.errorInstance.message})` : "";
  const finding = `${name}: seen otherwise${why} after ${JSON.stringify(tried.counterexample)}`;
  return { count: tried.numRuns, findings: [finding] };
}

export const again: Variant = { name: "again", counts: "migrations", run };
