import { once } from "node:events";
import os from "node:os";
import { contests } from "./contests/index.js";
import type { Sample } from "./contest.js";
import { describeMachine } from "./output/machine.js";
import { markdown } from "./output/markdown.js";
import { writeResults } from "./output/write.js";
import { help, readOptions, type Options } from "./options.js";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function bench(options: Options): Promise<void> {
  const { rows, only, programs, runs, keep, folder, writeDocs } = options;
  const before = os.loadavg()[0]!;
  const samples: Sample[] = [];
  const skipped: string[] = [];
  const skip = (why: string): void => void (skipped.includes(why) || skipped.push(why));
  for (const size of rows) {
    for (const name of only) {
      samples.push(...(await contests.get(name)!({ rows: size, programs, runs, keep, say, skip })));
    }
  }
  for (const why of skipped) say(`NOT MEASURED: ${why}`);
  if (samples.length === 0) return;
  const machine = await describeMachine(only, before);
  const results = { measuredAt: new Date().toISOString(), machine, samples, skipped };
  process.stdout.write(`\n${markdown(results)}`);
  for (const file of writeResults(results, { docs: writeDocs, folder })) say(`written: ${file}`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(help);
  else {
    await bench(options);
    if (options.keep) {
      say("Servers that were started here run until Ctrl-C.");
      const alive = setInterval(() => undefined, 60_000);
      await once(process, "SIGINT");
      clearInterval(alive);
    }
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
