import { spawn } from "node:child_process";
import path from "node:path";

const program = path.resolve(import.meta.dirname, "../../../cli/bin/cutover.js");

export interface Call {
  readonly status: number;
  /** The one document the command printed. */
  readonly document: unknown;
  readonly seconds: number;
}

/**
 * Runs the real command line as a process of its own, with --json. Throws where it ends with a status
 * that is not among the expected ones, with what it said.
 */
export function cutover(
  args: readonly string[],
  expected: readonly number[],
  onProgress: (text: string) => void = () => undefined,
): Promise<Call> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args, "--json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      onProgress(text);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      const status = code ?? 1;
      if (!expected.includes(status)) {
        reject(new Error(`cutover ${args.join(" ")} ended with ${status}:\n${err}${out}`.slice(0, 8000)));
        return;
      }
      try {
        const document: unknown = JSON.parse(out);
        resolve({ status, document, seconds: (performance.now() - begun) / 1000 });
      } catch {
        reject(new Error(`cutover ${args.join(" ")} printed no JSON document:\n${out.slice(0, 2000)}`));
      }
    });
  });
}
