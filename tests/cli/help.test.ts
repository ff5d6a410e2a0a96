import { readFileSync } from "node:fs";
import path from "node:path";
import { commands } from "@cutover/cli";
import { describe, expect, it } from "vitest";
import { cutover, json, root, type Failure } from "./support/cutover.js";

const tooWide = (text: string): readonly string[] => text.split("\n").filter((line) => line.length > 80);

describe("help", () => {
  it("lists the commands and the exit statuses", async () => {
    const { status, out, err } = await cutover(["--help"]);
    expect([status, err]).toEqual([0, ""]);
    for (const { name } of commands) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(out).toContain("130  interrupted");
    expect(tooWide(out)).toEqual([]);
  });

  it.each(commands)("of $name has examples, and fits 80 columns", async ({ name, examples }) => {
    const { status, out, err } = await cutover([name, "--help"]);
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain(`Usage: cutover ${name} `);
    expect(out).toContain("--json");
    for (const [line] of examples) expect(out).toContain(`$ ${line}`);
    expect(examples.length).toBeGreaterThan(0);
    expect(tooWide(out)).toEqual([]);
  });

  it("tells the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      version: string;
    };
    expect(await cutover(["--version"])).toMatchObject({ status: 0, out: `${version}\n` });
  });
});

describe("a wrong command line", () => {
  it.each([
    ["an unknown command", ["rnu"], /Did you mean run/],
    ["an unknown option", ["run", "--prodution"], /Did you mean --production/],
    ["a missing argument", ["init"], /missing required argument 'folder'/],
    [
      "a value that is none of the choices",
      ["flags", "--entity", "users"],
      /Allowed choices are organization/,
    ],
    ["too many arguments", ["plan", "a", "b"], /too many arguments/],
    ["a number that is none", ["run", "--batch", "many"], /--batch takes a whole number/],
    ["a folder that is not there", ["plan", "no/such/folder"], /there is no folder no\/such\/folder/],
    ["a folder that is no migration", ["plan", "docs"], /docs is no migration folder/],
    ["control characters", ["\u001b[31mred\u001b[0m"], /unknown command '·\[31mred·\[0m'/],
  ])("of %s ends with 2 and says so", async (_, args, message) => {
    const said = await cutover(args, { cwd: root });
    expect([said.status, said.out]).toEqual([2, ""]);
    expect(said.err).toMatch(message);
  });

  it("is told as one document with --json", async () => {
    for (const args of [["rnu"], ["run", "--prodution"], ["run", "--batch", "0"], ["plan", "docs"]]) {
      const { error } = await json<Failure>(args, 2, { cwd: root });
      expect(error.message).not.toMatch(/^error/);
    }
  });
});
