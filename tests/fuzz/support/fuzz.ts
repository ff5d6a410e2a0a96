import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Readable } from "node:stream";
import { servers, urlVariable } from "@cutover/testkit";
import type { TargetName } from "../targets.js";
import type { Done, Task } from "./child.js";

/** What no input may take: seconds, and megabytes of the whole process. */
const limits = { seconds: 5, megabytes: 512 } as const;

/** Inputs a child is given: it costs about a second to start. */
const batch = 1000;

/** Findings after which a target is left alone: more of them are mostly the same. */
const enough = 5;

interface Finding {
  readonly target: TargetName;
  readonly seed: number;
  /** What happened, and to which input. */
  readonly what: string;
}

export interface Fuzzed {
  readonly target: TargetName;
  readonly inputs: number;
  readonly endings: Done["endings"];
  readonly peak: number;
  readonly findings: readonly Finding[];
}

interface Outcome {
  readonly done: Done | null;
  /** Number of the call that the child was at. */
  readonly at: number;
  readonly hung: boolean;
  readonly said: string;
}

const program = fileURLToPath(new URL("./child.ts", import.meta.url));

/** What a target needs of its surroundings: servers that all of its children share. */
async function surroundings(target: TargetName): Promise<NodeJS.ProcessEnv> {
  if (target !== "sql-values") return process.env;
  const { postgresql, mariadb } = await servers();
  return { ...process.env, [urlVariable.postgresql]: postgresql.url, [urlVariable.mariadb]: mariadb.url };
}

/** Runs a child to its end, or to the time when an input has taken too long. */
async function runChild(task: Task, seconds: number): Promise<Outcome> {
  const env = await surroundings(task.target);
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        "--max-old-space-size=300",
        "--conditions=cutover-source",
        "--import=tsx",
        program,
        JSON.stringify(task),
      ],
      { stdio: ["ignore", "pipe", "pipe", "pipe"], cwd: path.dirname(program), env },
    );
    let said = "";
    const keep = (text: string): void => void (said = (said + text).slice(-4000));
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", keep);
    let at = -1;
    let hung = false;
    let done: Done | null = null;
    let rest = "";
    // A machine at work may take its time to start a process.
    let timer = setTimeout(stop, 60_000);
    function stop(): void {
      hung = true;
      child.kill("SIGKILL");
    }
    (child.stdio[3] as Readable).setEncoding("utf8").on("data", (text: string) => {
      clearTimeout(timer);
      timer = setTimeout(stop, seconds * 1000);
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        if (line.startsWith("{")) done = JSON.parse(line) as Done;
        else at = Number(line);
      }
    });
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(timer);
      resolve({ done, at, hung, said });
    });
  });
}

/** Does the one input again that a child did not survive, alone and with more patience; null where it does no harm. */
async function alone(task: Task, at: number): Promise<string | null> {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-fuzz-"));
  const tell = path.join(folder, "input");
  try {
    // A machine at work makes everything slow: what counts is the processor's time, if it comes to an end.
    const { done, hung, said } = await runChild({ ...task, only: at, tell }, limits.seconds * 20);
    const input = readFileSync(tell, "utf8").slice(0, 4000);
    if (hung || (done !== null && done.seconds > limits.seconds))
      return `takes more than ${limits.seconds} s: ${input}`;
    if (done === null) return `ends the process: ${input}\n${said}`;
    if (done.peak > limits.megabytes) return `takes ${Math.round(done.peak)} MB: ${input}`;
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a batch of inputs and looks into what went wrong. */
async function runBatch(task: Task): Promise<Omit<Fuzzed, "target">> {
  const { done, at, hung, said } = await runChild(task, limits.seconds);
  const found = (what: string): Finding => ({ target: task.target, seed: task.seed, what });
  const findings: Finding[] = [];
  if (done === null) {
    const again = at < 0 ? null : await alone(task, at);
    if (again !== null) findings.push(found(again));
    else if (!hung) findings.push(found(`the process ended at input ${at}, but not with it alone\n${said}`));
  } else {
    if (done.failure !== null) findings.push(found(done.failure));
    if (done.peak > limits.megabytes) {
      findings.push(found(`the process took ${Math.round(done.peak)} MB in the course of its inputs`));
    }
  }
  const endings = done?.endings ?? { records: 0, issues: 0, error: 0 };
  const inputs = done === null ? at + 1 : endings.records + endings.issues + endings.error;
  return { inputs, endings, peak: done?.peak ?? 0, findings };
}

/** How long to go on: a number of inputs, or until a time. */
export interface Extent {
  readonly seed: number;
  readonly runs?: number | undefined;
  /** Milliseconds since 1970. */
  readonly until?: number | undefined;
}

/** Throws inputs at a target in processes of their own, and counts how they end. One seed gives one series. */
export async function fuzz(
  target: TargetName,
  { seed, runs = Infinity, until = Infinity }: Extent,
): Promise<Fuzzed> {
  const endings = { records: 0, issues: 0, error: 0 };
  const findings: Finding[] = [];
  let inputs = 0;
  let peak = 0;
  for (let number = 0; inputs < runs && Date.now() < until && findings.length < enough; number++) {
    const done = await runBatch({ target, seed: seed + number, runs: Math.min(batch, runs - inputs) });
    inputs += Math.max(1, done.inputs);
    peak = Math.max(peak, done.peak);
    for (const ending of ["records", "issues", "error"] as const) endings[ending] += done.endings[ending];
    findings.push(...done.findings);
  }
  return { target, inputs, endings, peak, findings };
}
