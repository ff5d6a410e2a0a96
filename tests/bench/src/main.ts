import { once } from "node:events";
import { bench } from "./bench.js";
import { help, readOptions, type Options } from "./options.js";
import { markdown } from "./output/markdown.js";
import { writeResults } from "./output/write.js";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(options: Options): Promise<void> {
  const results = await bench(options, say);
  if (results.samples.length > 0) {
    process.stdout.write(`\n${markdown(results)}`);
    const { folder, writeDocs: docs } = options;
    for (const file of writeResults(results, { docs, folder })) say(`written: ${file}`);
  }
  if (results.failed.length > 0) process.exitCode = 1;
  if (!options.keep) return;
  say("Servers that were started here run until Ctrl-C.");
  const alive = setInterval(() => undefined, 60_000);
  await once(process, "SIGINT");
  clearInterval(alive);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(help);
  else await main(options);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
