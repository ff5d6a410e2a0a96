const sentence = "Stopped before anything was begun.";

/** The document of a failed command, by the same schema as that of any other. */
const document = {
  error: {
    code: "interrupted",
    message: sentence,
    stage: null,
    recovery: "abort",
    remedy: "Run the same command again.",
    driverCode: null,
    problems: [],
  },
};

function stop(): void {
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  process.stderr.write(`${sentence}\n`);
  // oxlint-disable-next-line unicorn/no-process-exit -- nothing is at work yet that could end by itself
  process.exit(130);
}

/**
 * Hears signals while the program is still being loaded, which takes a moment: nothing has been begun, so
 * there is nothing to end well. It needs no other module, or it would come too late.
 */
export function hearEarly(): void {
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

/** From here on the command at work hears them. */
export function hearNoMore(): void {
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);
}
