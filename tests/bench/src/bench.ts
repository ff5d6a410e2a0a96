import os from "node:os";
import type { Sample } from "./contest.js";
import { contests } from "./contests/index.js";
import type { Options } from "./options.js";
import { describeMachine } from "./output/machine.js";
import type { Results } from "./output/markdown.js";

const line = ({ turn, step, seconds, cpu, peakMb }: Sample): string =>
  `  ${turn}. ${step.padEnd(24)}${seconds.toFixed(2).padStart(9)} s${cpu.toFixed(2).padStart(9)} s CPU` +
  (peakMb === null ? "" : `${peakMb} MB`.padStart(9));

/** Holds the contests that were asked for, at every size; `soFar` is given what is measured, after each. */
export async function bench(
  options: Options,
  say: (text: string) => void,
  soFar: (results: Results) => void,
): Promise<Results> {
  const before = os.loadavg()[0]!;
  const samples: Sample[] = [];
  const skipped = new Set<string>();
  const failed: string[] = [];
  const results = async (): Promise<Results> => ({
    measuredAt: new Date().toISOString(),
    machine: await describeMachine(options.only, before),
    samples,
    skipped: [...skipped],
    failed,
  });
  for (const rows of options.rows) {
    for (const name of options.only) {
      await contests.get(name)!({
        ...options,
        rows,
        say,
        sample(sample) {
          samples.push(sample);
          say(line(sample));
        },
        skip: (why) => void skipped.add(why),
        fail(why) {
          failed.push(`${name}, ${rows} rows, ${why}`);
          say(`FAILED: ${failed.at(-1)}`);
        },
      });
      soFar(await results());
    }
  }
  for (const why of skipped) say(`NOT MEASURED: ${why}`);
  return results();
}
