import { commands } from "./commands.js";
import { runProgram } from "./program.js";

// A reader that closes the pipe early (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runProgram(commands, process.argv.slice(2));
