import { fuzz } from "../../fuzz/support/fuzz.js";
import { targetNames } from "../../fuzz/targets.js";
import type { Trial, Tried, Variant } from "../variant.js";

/** Inputs a target is given in one trial. */
const runs = 400;

async function everyTarget({ seed, log }: Trial): Promise<Tried> {
  let count = 0;
  const findings: string[] = [];
  for (const target of targetNames) {
    const fuzzed = await fuzz(target, { seed, runs });
    count += fuzzed.inputs;
    const { records, issues, error } = fuzzed.endings;
    log(`${target}: ${records} ended in records, ${issues} in issues, ${error} in clear errors`);
    findings.push(...fuzzed.findings.map(({ what }) => `${target}: ${what}`));
  }
  return { count, findings };
}

/** Whatever files, definitions and values hold: no crash, no hang, no wrong count, nothing of it is run. */
export const hostileInput: Variant = {
  name: "hostile-input",
  counts: "inputs",
  limit: 900,
  run: everyTarget,
};
