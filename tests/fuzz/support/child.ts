import { appendFileSync, writeSync } from "node:fs";
import * as fc from "fast-check";
import { targets, type TargetName } from "../targets.js";
import type { Ending, Target } from "./target.js";

/** What a child is asked for, as its only argument. */
export interface Task {
  readonly target: TargetName;
  readonly seed: number;
  readonly runs: number;
  /** The one call of `judge` to make; the others only count. */
  readonly only?: number | undefined;
  /** Where the one input is written before it is judged. */
  readonly tell?: string | undefined;
}

/** What a child says when it is done. */
export interface Done {
  readonly endings: Readonly<Record<Ending, number>>;
  readonly failure: string | null;
  /** The largest memory the process ever had, in MB. */
  readonly peak: number;
  /** Seconds of the processor that judging took. */
  readonly seconds: number;
}

/** Progress and the result go here, one line each; stdout belongs to what is judged. */
const channel = 3;

const builtins = [Object.prototype, Array.prototype, Function.prototype, String.prototype, globalThis];
const own = () => builtins.map((object) => Reflect.ownKeys(object).length).join();

async function work({ target, seed, runs, only, tell }: Task): Promise<Done> {
  const from: Target<unknown> = await targets[target]();
  await from.open?.();
  const endings = { records: 0, issues: 0, error: 0 };
  const clean = own();
  let call = 0;
  const begun = process.cpuUsage();
  const property = fc.asyncProperty(from.arbitrary, async (input) => {
    const number = call++;
    if (only !== undefined && number !== only) return;
    if (tell !== undefined) appendFileSync(tell, `${fc.stringify(input)}\n`);
    writeSync(channel, `${number}\n`);
    endings[await from.judge(input)]++;
    if (own() !== clean) throw new Error("a built-in object was changed");
  });
  const details = await fc.check(property, { seed, numRuns: runs, maxSkipsPerRun: 0 });
  await from.close?.();
  const failure = details.failed
    ? `${fc.stringify(details.counterexample)}\n${String((details.errorInstance as Error | null)?.stack ?? details.errorInstance)}`
    : null;
  const { user, system } = process.cpuUsage(begun);
  const seconds = (user + system) / 1_000_000;
  return { endings, failure, peak: process.resourceUsage().maxRSS / 1024, seconds };
}

const done = await work(JSON.parse(process.argv[2]!) as Task);
writeSync(channel, `${JSON.stringify(done)}\n`);
