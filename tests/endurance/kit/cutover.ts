import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";

const program = path.resolve(import.meta.dirname, "../../../packages/cli/bin/cutover.js");

export interface Said {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  readonly env?: Readonly<Record<string, string>>;
  /** What node is told before the program: scripts that are loaded before it. */
  readonly node?: readonly string[];
  /** A command, with its first arguments, that starts node in its place. */
  readonly through?: readonly string[];
  /** Told the process once it has started. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs the real command line in a process of its own. */
export function cutover(
  args: readonly string[],
  { env = {}, node = [], through = [], started }: Place = {},
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const surroundings: NodeJS.ProcessEnv = { ...process.env, ...env };
    // The conditions tests run from source with are not the program's.
    if (env["NODE_OPTIONS"] === undefined) delete surroundings["NODE_OPTIONS"];
    const [first, ...rest] = [...through, process.execPath, ...node, program, ...args];
    const child = spawn(first!, rest, {
      env: surroundings,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.once("error", reject);
    child.once("spawn", () => started?.(child));
    child.once("close", (status, signal) => resolve({ status, signal, out, err }));
  });
}

/** What a command said, in a line, for a finding. */
export const toldBy = (command: string, { status, signal, err, out }: Said): string =>
  `${command} ended with ${signal ?? status}: ${(err.trim() || out.trim()).split("\n").slice(-6).join(" / ")}`;
