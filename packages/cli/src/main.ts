import { commands } from "./commands.js";
import { asCutoverError, tellFailure } from "./output/failure.js";
import { openStreams } from "./output/streams.js";
import { runProgram } from "./program.js";

// A reader that closes the pipe early (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const argv = process.argv.slice(2);

// What nobody waited for must not print its message, which may hold a record's values.
process.on("uncaughtException", (thrown) => {
  process.exit(tellFailure(openStreams(argv.includes("--json")), asCutoverError(thrown)));
});

process.exitCode = await runProgram(commands, argv);
