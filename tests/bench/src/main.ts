import { once } from "node:events";
import { bench } from "./bench.js";
import { help, readOptions, type Options } from "./options.js";
import { markdown, type Results } from "./output/markdown.js";
import { writeResults } from "./output/write.js";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(options: Options): Promise<void> {
  const { folder, writeDocs: docs } = options;
  // Hours of measuring are not lost with what comes last.
  const write = (results: Results): readonly string[] =>
    results.samples.length > 0 ? writeResults(results, { docs, folder }) : [];
  const results = await bench(options, say, write);
  if (results.samples.length > 0) process.stdout.write(`\n${markdown(results)}`);
  for (const file of write(results)) say(`written: ${file}`);
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
