import { spawn } from "node:child_process";
import path from "node:path";

const program = path.resolve(import.meta.dirname, "../../packages/cli/bin/cutover.js");

export interface Said<T> {
  readonly status: number;
  /** The document on stdout. */
  readonly json: T;
  /** Progress and logs, for a test that fails. */
  readonly log: string;
}

/** Runs the command line as people do, with --json. */
export function cutover<T = unknown>(...args: readonly string[]): Promise<Said<T>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args, "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
    child.once("error", reject);
    child.once("close", (code) => {
      try {
        resolve({ status: code ?? 1, json: JSON.parse(out) as T, log });
      } catch {
        reject(new Error(`cutover ${args.join(" ")} ended with ${code} and said no JSON:\n${log}${out}`));
      }
    });
  });
}
