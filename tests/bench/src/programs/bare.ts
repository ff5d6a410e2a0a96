import { measureGood, type Ended } from "../measure/measure.js";
import { watchServers } from "../measure/servers.js";
import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { target } from "../data/tables.js";
import { childFile } from "./child-file.js";
import { expectRows } from "./copy.js";

type Phase = "plan" | "run" | "reconcile";

/** Runs a phase in a process of its own, which tells how many records it read, wrote or found to differ. */
export const barePhase = (phase: Phase, { source, target, folder }: Moving): Promise<Ended> =>
  measureGood({
    program: process.execPath,
    args: ["--max-semi-space-size=32", childFile("bare"), phase, source.url, target.url],
    cwd: folder,
  });

/** What the laws alone cost: written by hand for this one workload, with nothing that could move another. */
export const bare: Program<Moving> = {
  name: "bare",
  does: "plan, run and reconcile as the laws ask for them, by hand for this one workload",
  async run(moving, clerk) {
    const used = await watchServers([moving.source.url, moving.target.url]);
    const { records } = moving.size;
    const told = { plan: records, run: records, reconcile: 0 };
    for (const phase of Object.keys(told) as Phase[]) {
      const before = used?.();
      const cost = await barePhase(phase, moving);
      if (Number(cost.out) !== told[phase]) throw new Error(`bare ${phase} counted ${cost.out}`);
      if (used === null || before === undefined) clerk.cost(phase, cost);
      else clerk.cost(phase, { ...cost, serverCpu: used() - before });
      if (phase === "run") await expectRows(moving, target.result.name);
    }
  },
};
