import { once } from "node:events";
import { bench } from "./bench.js";
import { help, readOptions } from "./options.js";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(help);
  else {
    await bench(options, say);
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
