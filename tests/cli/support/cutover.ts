import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";

export const root = path.resolve(import.meta.dirname, "../../..");
export const program = path.join(root, "packages/cli/bin/cutover.js");

export interface Said {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Told the process when it has started. */
  readonly started?: (child: ChildProcess) => void;
}

/** Nothing of the environment that tests run in may colour or widen what is said. */
const environment = (extra: Place["env"] = {}): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { ...process.env, ...extra };
  for (const name of ["COLUMNS", "FORCE_COLOR", "NO_COLOR", "NODE_OPTIONS"])
    if (!Object.hasOwn(extra, name)) delete env[name];
  return env;
};

/** Runs the command line as people do. */
export function cutover(args: readonly string[], place: Place = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: place.cwd,
      env: environment(place.env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.once("error", reject);
    child.once("spawn", () => place.started?.(child));
    child.once("close", (status, signal) => resolve({ status, signal, out, err }));
  });
}

export interface Failure {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly remedy: string | null;
    readonly problems: readonly {
      readonly message: string;
      readonly at?: { readonly file: string; readonly line?: number; readonly column?: number };
      readonly remedy?: string;
    }[];
  };
}

const ajv = new Ajv2020({ allErrors: true, strict: false });

/** Expects a document to be as its published schema says. */
function expectBySchema(name: string, document: unknown): void {
  const file = path.join(root, "docs/schema", `output-${name}.schema.json`);
  const check = ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object);
  check(document);
  expect(check.errors ?? []).toEqual([]);
}

/** The same with --json: what ends well is validated by the command's schema, the rest by that of errors. */
export async function json<T>(
  args: readonly string[],
  status: number,
  place: Place & { readonly schema?: string } = {},
): Promise<T> {
  const said = await cutover([...args, "--json"], place);
  expect(said.status, said.err + said.out).toBe(status);
  const document = JSON.parse(said.out) as T;
  const isFailure = typeof document === "object" && document !== null && "error" in document;
  expectBySchema(isFailure ? "error" : (place.schema ?? args[0]!), document);
  return document;
}

/** Characters that a terminal would obey; line ends apart. */
export const controls = (text: string): readonly string[] =>
  [...text].filter((char) => char !== "\n" && /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(char));
