import type { Colors } from "picocolors/types.js";
import pico from "picocolors";

/** Where output goes: data on stdout, everything else on stderr; colours and bars on a terminal only. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** One JSON document on stdout, nothing else. */
  readonly json: boolean;
  /** Bars and their like. */
  readonly live: boolean;
  readonly color: Colors;
  /** A line on stderr. */
  log(line: string): void;
}

export function openStreams(json: boolean): Streams {
  const { stdout, stderr } = process;
  const plain = process.env["NO_COLOR"] !== undefined || process.env["TERM"] === "dumb";
  const onTerminal = stdout.isTTY && !json && !plain;
  return {
    stdout,
    stderr,
    json,
    live: stderr.isTTY && !plain,
    color: pico.createColors(onTerminal || (process.env["FORCE_COLOR"] !== undefined && !json)),
    log: (line) => {
      stderr.write(`${line}\n`);
    },
  };
}
