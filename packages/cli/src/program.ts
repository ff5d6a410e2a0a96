import { CommanderError, Command as Commander, Option } from "commander";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Command, Values } from "./command.js";
import { asCutoverError, tellFailure } from "./output/failure.js";
import { openStreams } from "./output/streams.js";

const version = "0.1.0";

function examplesText(command: Command): string {
  if (command.examples.length === 0) return "";
  const widest = Math.max(...command.examples.map(([line]) => line.length));
  return `\nExamples:\n${command.examples.map(([line, meaning]) => `  $ ${line.padEnd(widest)}   ${meaning}`).join("\n")}\n`;
}

const exitText = `
Exit status:
  0 clean · 1 internal error · 2 usage, configuration or mapping · 3 source, target or ledger out of reach
  4 finished with flags · 5 reconciliation, test plan or verification failed · 6 refused: not approved or stale
  130 interrupted, can be resumed
`;

/** Runs one command to its exit status; nothing is thrown. */
async function perform(
  command: Command,
  args: readonly (string | undefined)[],
  options: Values,
): Promise<number> {
  const streams = openStreams(options["json"] === true);
  const abort = new AbortController();
  let asked = 0;
  const interrupt = (): void => {
    asked++;
    if (asked === 1) streams.log("Stopping after the current batch; interrupt again to stop at once.");
    else process.kill(process.pid, "SIGKILL");
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const run = await command.load();
    const call: Call = { args, options, streams, signal: abort.signal };
    const outcome = await run(call);
    streams.stdout.write(streams.json ? `${JSON.stringify(outcome.json, null, 2)}\n` : `${outcome.text}\n`);
    return outcome.status;
  } catch (thrown) {
    return tellFailure(streams, asCutoverError(thrown));
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** Parses a command line and runs what it asks for; gives the exit status. */
export async function runProgram(commands: readonly Command[], argv: readonly string[]): Promise<number> {
  let status: number = exit.clean;
  const program = new Commander("cutover")
    .description(
      "Moves users, courses, completions and certifications between learning management systems,\nand proves record by record that nothing was lost.",
    )
    .version(version)
    .showSuggestionAfterError()
    .addHelpText("after", exitText)
    .exitOverride();
  for (const command of commands) {
    const sub = program.command(command.name).description(command.summary).exitOverride();
    for (const argument of command.args) sub.argument(argument.name, argument.doc);
    for (const option of command.options) {
      const declared = new Option(option.flags, option.doc);
      if (option.choices !== undefined) declared.choices([...option.choices]);
      if (option.default !== undefined) declared.default(option.default);
      sub.addOption(declared);
    }
    sub.option("--json", "one JSON document on stdout; logs and progress on stderr");
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
      const error = new CutoverError("usage", thrown.message, { remedy: "See --help." });
      process.stdout.write(
        `${JSON.stringify({ error: { code: error.code, message: error.message, remedy: error.remedy } }, null, 2)}\n`,
      );
    }
    return exit.usage;
  }
  return status;
}
