import { Command as Commander, CommanderError, Option } from "commander";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Command, Values } from "./command.js";
import { hearNoMore } from "./early-signals.js";
import { asCutoverError, failureJson, tellFailure } from "./output/failure.js";
import { documentText, openStreams } from "./output/streams.js";
import { fitLines, safeLines } from "./output/text.js";

const version = "0.1.0";

const examplesText = ({ examples }: Command): string =>
  examples.length === 0
    ? ""
    : `\nExamples:\n${examples.map(([line, meaning]) => `  # ${meaning}\n  $ ${line}`).join("\n\n")}\n`;

const exitText = `
Exit status:
  0    clean
  1    internal error
  2    usage, configuration or mapping
  3    source, target or ledger out of reach
  4    finished with flags
  5    reconciliation, test plan or verification failed
  6    refused: not approved or stale
  130  interrupted, can be resumed
`;

/** Runs one command to its exit status; nothing is thrown. */
async function perform(
  command: Command,
  args: readonly (string | undefined)[],
  options: Values,
): Promise<number> {
  const streams = openStreams(options["json"] === true);
  const abort = new AbortController();
  const release = (): void => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    if (abort.signal.aborted) {
      streams.status(null);
      // Asked twice, the process ends as if nobody had listened: it can be killed at any instant.
      release();
      process.kill(process.pid, signal);
      return;
    }
    streams.log("Stopping after the current batch; interrupt again to stop at once.");
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  hearNoMore();
  try {
    const run = await command.load();
    const call: Call = { args, options, streams, signal: abort.signal };
    const outcome = await run(call);
    // Whatever a source, a mapping or a name of a file holds, the terminal is not moved by it.
    const text = safeLines(outcome.text);
    const page = process.stdout.isTTY ? fitLines(text) : text;
    streams.data(streams.json ? documentText(outcome.json) : `${page}\n`);
    return outcome.status;
  } catch (thrown) {
    return tellFailure(streams, asCutoverError(thrown));
  } finally {
    release();
  }
}

/** Parses a command line and runs what it asks for; gives the exit status. */
export async function runProgram(commands: readonly Command[], argv: readonly string[]): Promise<number> {
  let status: number = exit.clean;
  const program = new Commander("cutover")
    .description(
      "Moves users, courses, completions and certifications between learning management systems, and proves record by record that nothing was lost.",
    )
    .version(version)
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(`${safeLines(text.trimEnd())}\n`) })
    .addHelpText("after", exitText)
    .exitOverride();
  for (const command of commands) {
    // `command` copies the settings above to the command it makes.
    const sub = program.command(command.name).description(command.summary);
    for (const argument of command.args) sub.argument(argument.name, argument.doc);
    for (const option of command.options) {
      const declared = new Option(option.flags, option.doc);
      if (option.choices !== undefined) declared.choices([...option.choices]);
      if (option.default !== undefined) declared.default(option.default);
      sub.addOption(declared);
    }
    sub.option("--json", "One JSON document on stdout; logs and progress on stderr.");
    sub.addHelpText("after", examplesText(command));
    sub.action(async (...given: unknown[]) => {
      const args = given.slice(0, command.args.length) as (string | undefined)[];
      status = await perform(command, args, sub.opts<Record<string, string | boolean>>());
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return exit.clean;
    // Commander has told people already; a machine that asked for JSON gets its document all the same.
    if (argv.includes("--json")) {
      const message = thrown.message.replace(/^error: /, "");
      process.stdout.write(
        documentText(failureJson(new CutoverError("usage", message, { remedy: "See --help." }))),
      );
    }
    return exit.usage;
  }
  return status;
}
