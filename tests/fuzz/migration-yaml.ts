import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { commands, runProgram } from "@cutover/cli";
import * as fc from "fast-check";
import { directory, exports, migrationYaml, roster } from "../cli/support/small.js";
import { mutate, mutations, type Mutation } from "./support/mutate.js";
import { mustHold, ownFolder } from "./support/reading.js";
import type { Ending, Target } from "./support/target.js";
import { hostileTokens } from "./support/tokens.js";

interface MigrationInput {
  readonly lines: readonly { readonly line: number; readonly text: string }[];
  readonly mutations: readonly Mutation[];
  /** What happens to the export of people, so that what is told of it is hostile too. */
  readonly people: readonly Mutation[];
  readonly command: "profile" | "explain" | "flags";
  readonly json: boolean;
}

const lines = fc.oneof(
  fc
    .constantFrom(...hostileTokens)
    .chain((token) =>
      fc.constantFrom(
        `migration: ${JSON.stringify(token)}`,
        `  ${JSON.stringify(token)}: 1`,
        `    connection: { folder: ${JSON.stringify(token)} }`,
        `    system: ${JSON.stringify(token)}`,
        `  connection: { url: ${JSON.stringify(token)} }`,
        `  parameters: { ${JSON.stringify(token)}: ${JSON.stringify(token)} }`,
      ),
    ),
  fc.constantFrom(
    "entities: [user, user]",
    "entities: [constructor]",
    "match: { user: [[__proto__]] }",
    "match: { user: [{ fields: [username], unless: [constructor] }] }",
    "match: { constructor: [[a]] }",
    "enrich: { user: { from: constructor, fields: [a] } }",
    "  __proto__: { system: roster, connection: { folder: exports } }",
    "  constructor: { system: roster, connection: { folder: exports } }",
    "    role: enrich",
    "    connection: { medium: constructor, folder: exports }",
    "    connection: { medium: xlsx, folder: exports }",
    "    connection: { urlEnv: PATH }",
    "    connection: { urlFile: ../../../../../../etc/passwd }",
    "    connection: { url: 'sqlite:nowhere.db', passwordFile: /dev/null }",
    "  connection: { url: 'postgres://[::1', passwordEnv: HOME }",
    "  connection: { url: 'mysql://u@h/d?tls=constructor' }",
    "  connection: { url: 'mysql://u@h/d?ssl-ca=../../../etc/passwd&constructor=1' }",
    "  connection: { url: 'sqlite::memory:' }",
    "  connection: { url: 'sqlite:.' }",
    "x: &a [*a]",
    "a: &a [x, x, x]",
    "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]",
    "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]",
    "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]",
    "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]",
  ),
);

/** A small migration that is there once, whose declaration and data each input writes anew. */
function folderOf({ lines: replaced, mutations: all, people }: MigrationInput): string {
  const folder = path.join(ownFolder(), "migration");
  const put = (name: string, content: string | Buffer): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  rmSync(path.join(folder, ".cutover"), { recursive: true, force: true });
  for (const [name, text] of Object.entries(roster)) put(`mappings/roster/${name}`, text);
  for (const [name, text] of Object.entries(directory)) put(`mappings/directory/${name}`, text);
  for (const [name, text] of Object.entries(exports(3))) put(`exports/${name}`, text);
  put("exports/people.csv", mutate(Buffer.from(exports(3)["people.csv"]!), people));
  const written = migrationYaml("{ url: 'sqlite:target.db' }").split("\n");
  for (const { line, text } of replaced) written[line % (written.length + 3)] = text;
  put("migration.yaml", mutate(Buffer.from(written.map((text) => text ?? "").join("\n")), all));
  return folder;
}

interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, and keeps what it says. */
async function say(argv: readonly string[]): Promise<Said> {
  const told = { out: "", err: "" };
  const streams = { out: process.stdout, err: process.stderr };
  const real = {
    out: process.stdout.write.bind(process.stdout),
    err: process.stderr.write.bind(process.stderr),
  };
  for (const name of ["out", "err"] as const) {
    streams[name].write = ((text: string | Uint8Array): boolean => {
      told[name] += String(text);
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    return { status: await runProgram(commands, argv), ...told };
  } finally {
    process.stdout.write = real.out;
    process.stderr.write = real.err;
  }
}

/** What a terminal would obey. */
const controls = /[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/u;

/** `migration.yaml` and what it leads to, through the command line. */
export const migrationYamlTarget: Target<MigrationInput> = {
  arbitrary: fc.record({
    lines: fc.array(fc.record({ line: fc.nat(20), text: lines }), { maxLength: 3 }),
    mutations: fc.oneof(
      { arbitrary: fc.constant([]), weight: 2 },
      mutations(["x: ", "\n  ", "{", "*a", "&a "]),
    ),
    people: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, mutations()),
    command: fc.constantFrom("profile", "explain", "explain", "flags"),
    json: fc.boolean(),
  }),
  async judge(input): Promise<Ending> {
    const folder = folderOf(input);
    const args = input.command === "explain" ? ["explain", "roster", folder] : [input.command, folder];
    const { status, out, err } = await say(input.json ? [...args, "--json"] : args);
    mustHold(status !== 1, `an internal error: ${err.split("\n", 1)[0] ?? ""}`);
    mustHold(!controls.test(err) && !controls.test(out), "the terminal is moved");
    if (input.json) mustHold(typeof JSON.parse(out) === "object", "no document");
    else mustHold(status === 0 || status === 4 ? out !== "" : err !== "", "nothing is said");
    return status === 0 ? "records" : status === 4 ? "issues" : "error";
  },
};
