import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { watchMemory } from "./memory.js";

/** What a process cost, with all its threads and children. */
export interface Cost {
  readonly seconds: number;
  /** User and system time; a database server's is not in it. */
  readonly cpu: number;
  /** Sum of the peaks of resident memory; null where the system does not tell. */
  readonly peakMb: number | null;
}

export interface Ended extends Cost {
  readonly status: number;
  readonly out: string;
  readonly log: string;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The shell counts what its children used; its own figures go to a file, past what they say. */
const script = `TIMEFORMAT='%R %U %S'; { time "$@" 2>&9; } 9>&2 2>"$FIGURES"`;

/** Runs a program to its end and tells what it cost. */
async function measure({ program, args, cwd, env }: Command): Promise<Ended> {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-measure-"));
  const figures = path.join(folder, "figures");
  const child = spawn("bash", ["-c", script, "bash", program, ...args], {
    cwd,
    env: { ...process.env, LC_ALL: "C.UTF-8", ...env, FIGURES: figures },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const memory = watchMemory(child.pid);
  let out = "";
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? 1));
    });
    const [seconds, user, system] = readFileSync(figures, "utf8").trim().split(" ").map(Number);
    return { status, out, log, seconds: seconds!, cpu: user! + system!, peakMb: memory.stop() };
  } finally {
    memory.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same for a program that has to end well. */
export async function measureGood(command: Command): Promise<Ended> {
  const ended = await measure(command);
  if (ended.status === 0) return ended;
  const said = `${ended.log}\n${ended.out}`.trim().split("\n").slice(-20).join("\n");
  throw new Error(
    `${path.basename(command.program)} ${command.args[0] ?? ""} ended with ${ended.status}:\n${said}`,
  );
}
