import pico from "picocolors";
import type { Colors } from "picocolors/types.js";
import { cut, safeLines } from "./text.js";

/** Where output goes: data on stdout, everything else on stderr; colours and bars on a terminal only. */
export interface Streams {
  /** One JSON document on stdout, nothing else. */
  readonly json: boolean;
  /** Whether people look at stderr as it comes. */
  readonly live: boolean;
  /** Columns a status line can have. */
  readonly statusWidth: number;
  /** For stderr. */
  readonly color: Colors;
  /** What the command has to say, on stdout. */
  data(text: string): void;
  /** Lines on stderr. */
  log(lines: string): void;
  /** The line at the foot of a terminal that says how far the work is; null takes it away. */
  status(line: string | null): void;
}

/** Control characters that JSON may hold as they are, but a terminal would obey. */
const escaped = (json: string): string =>
  json.replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });

/** One JSON document as it is printed. */
export const documentText = (value: unknown): string => `${escaped(JSON.stringify(value, null, 2))}\n`;

export function openStreams(json: boolean): Streams {
  const { stdout, stderr, env } = process;
  const live = stderr.isTTY && env["TERM"] !== "dumb";
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  // One column is left free: a terminal that reaches its last one goes to the next line.
  const statusWidth = (): number => (stderr.columns ?? 80) - 1;
  let shown: string | null = null;
  const erase = (): void => {
    if (shown !== null) stderr.write("\r\u001b[K");
  };
  const draw = (): void => {
    if (shown !== null) stderr.write(`\r${cut(shown, statusWidth())}\u001b[K`);
  };
  return {
    json,
    live,
    get statusWidth() {
      return statusWidth();
    },
    color: pico.createColors((live && env["NO_COLOR"] === undefined) || forced),
    data: (text) => {
      erase();
      stdout.write(text);
      draw();
    },
    log: (lines) => {
      erase();
      stderr.write(`${lines}\n`);
      draw();
    },
    status: (line) => {
      if (!live) return;
      if (line === null) erase();
      shown = line === null ? null : safeLines(line);
      draw();
    },
  };
}
