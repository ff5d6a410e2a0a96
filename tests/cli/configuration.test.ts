import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeCompany } from "@cutover/testkit";
import { afterAll, describe, expect, it } from "vitest";
import { controls, cutover, json, root, type Failure } from "./support/cutover.js";

const home = mkdtempSync(path.join(tmpdir(), "cutover-init-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const good = `migration: m
sources:
  lms:
    system: cornerstone
    connection: { folder: exports }
target:
  system: moodle
  connection: { url: "sqlite:target.db" }
`;

let folders = 0;
/** A folder with that migration.yaml. */
function folderOf(yaml: string): string {
  const folder = path.join(home, `yaml-${++folders}`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "migration.yaml"), yaml);
  return folder;
}

describe("init", () => {
  it("scaffolds a migration that checks, and plans once there is data", async () => {
    const folder = path.join(home, "acme");
    const made = await json<{ files: string[] }>(
      ["init", folder, "--from", "cornerstone", "--enrich", "hr-feed", "--to", "moodle"],
      0,
    );
    expect(made.files).toContain("migration.yaml");
    expect(readFileSync(path.join(folder, ".gitignore"), "utf8")).toContain(".cutover/");

    const before = await cutover(["check", folder]);
    expect(before.status, before.err).toBe(0);
    expect(before.err).toBe("");
    expect(before.out).toContain(
      "target: not checked: the environment variable TARGET_URL of `urlEnv` is not set",
    );

    const { cornerstone, hr } = writeCompany(path.join(home, "data"), { size: "tiny" });
    const yaml = path.join(folder, "migration.yaml");
    writeFileSync(
      yaml,
      readFileSync(yaml, "utf8")
        .replace("folder: exports/cornerstone", `folder: ${cornerstone}`)
        .replace("folder: exports/hr-feed", `folder: ${hr}`),
    );
    const { createMoodleTarget } = await import("@cutover/testkit");
    await createMoodleTarget(path.join(folder, "moodle.db"));
    const env = { TARGET_URL: "sqlite:moodle.db" };
    expect(await json(["plan", folder], 0, { env })).toMatchObject({ plan: { id: 1 } });
  });

  it.each([
    ["a leading dash", "./-x"],
    ["spaces and quotes", 'it\'s "ours" & more'],
    ["a number", "2024"],
    ["a word that YAML takes for a value", "null"],
    ["nothing a name can be made of", "…"],
    ["line breaks", "a\nb: c\n# d"],
    ["colours", "\u001b[31mred"],
  ])("makes a sound folder of a name with %s", async (_, name) => {
    const said = await cutover(["init", name], { cwd: home });
    expect(said.status, said.err).toBe(0);
    expect(controls(said.out)).toEqual([]);
    // It is found to be a migration, in which nothing was done yet.
    const { error } = await json<Failure>(["flags", name], 3, { cwd: home });
    expect(error.code).toBe("ledger-unusable");
  });

  it("makes no folder that nothing reads, and what the README lays over the shipped files is sound", async () => {
    const { files } = await json<{ files: string[] }>(["init", "readme"], 0, { cwd: home });
    expect(files.filter((file) => file.endsWith("/"))).toEqual(["mappings/", "approvals/", "reports/"]);
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const laid = [...readme.matchAll(/```yaml\n# acme\/(\S+\.yaml):.*\n([^]*?)```/g)];
    expect(laid).toHaveLength(3);
    for (const [, file, text] of laid) {
      mkdirSync(path.dirname(path.join(home, "readme", file!)), { recursive: true });
      writeFileSync(path.join(home, "readme", file!), text!);
    }
    expect(await json(["check", "readme", "--offline"], 0, { cwd: home })).toHaveProperty("systems");
  });

  it.each([
    ["a folder that is not empty", ["init", "."], /is there already/],
    ["a file", ["init", "acme/migration.yaml"], /is there already/],
    ["a folder below a file", ["init", "acme/migration.yaml/x"], /cannot be used \(mkdir: ENOTDIR\)/],
    [
      "an unknown system",
      ["init", "n1", "--from", "cornerston"],
      /there is no system `cornerston`[^]*`cornerstone`/,
    ],
    ["a folder without a name", ["init", ""], /^usage: the migration's folder has no name/],
    ["a path for a system", ["init", "n2", "--from", "../cornerstone"], /there is no system/],
    ["the same system twice", ["init", "n3", "--from", "cornerstone,cornerstone"], /named twice/],
    ["a target that cannot be written", ["init", "n4", "--to", "hr-feed"], /read but not written/],
  ])("refuses %s", async (_, args, message) => {
    const said = await cutover(args, { cwd: home });
    expect([said.status, said.out]).toEqual([2, ""]);
    expect(said.err).toMatch(message);
  });
});

describe("a wrong migration.yaml", () => {
  it.each<
    readonly [what: string, yaml: string, line: number, column: number, message: RegExp, remedy: RegExp]
  >([
    [
      "an unknown key",
      good.replace("target:", "traget:\n  a: 1\ntarget:"),
      6,
      1,
      /has no `traget`/,
      /`target`/,
    ],
    [
      "an unknown key within",
      good.replace("{ folder: exports }", "{ foldr: exports }"),
      5,
      19,
      /has no `foldr`/,
      /`folder`/,
    ],
    [
      "a wrong type",
      good.replace("system: cornerstone", "system: [cornerstone]"),
      4,
      13,
      /must be text, not a list/,
      /^$/,
    ],
    [
      "a number for a name",
      good.replace("migration: m", "migration: 7"),
      1,
      12,
      /must be text, not a number/,
      /^$/,
    ],
    ["what is lacking", good.replace(/target:[^]*/, ""), 1, 1, /lacks `target`/, /^$/],
    ["no YAML", "migration: m\nsources: {\n  lms:\n", 3, 7, /flow map/, /^$/],
    ["a key twice", `${good}migration: n\n`, 9, 1, /twice/, /^$/],
    [
      "an unknown system",
      good.replace("cornerstone", "cornerston"),
      4,
      5,
      /no system `cornerston`/,
      /`cornerstone`/,
    ],
    ["a path for a system", good.replace("cornerstone", "../moodle"), 4, 13, /not of the form/, /^$/],
    [
      "an unknown parameter",
      `${good}  parameters: { zonne: UTC }\n`,
      9,
      17,
      /no parameter `zonne`/,
      /`zone`/,
    ],
    [
      "a parameter's wrong value",
      `${good}  parameters: { login: never }\n`,
      9,
      17,
      /`login` is none of its values/,
      /`reset`/,
    ],
    ["an unknown entity", `${good}entities: [users]\n`, 9, 12, /cannot be `users`/, /`user`/],
    [
      "an enriching source that is none",
      `${good}enrich:\n  user: { from: hr, fields: [city] }\n`,
      10,
      11,
      /no source `hr`/,
      /role: enrich/,
    ],
    [
      "a password",
      good.replace("sqlite:target.db", "postgres://u:geheim@h/db"),
      8,
      17,
      /holds a password/,
      /passwordEnv/,
    ],
    [
      "tags",
      good.replace("migration: m", "migration: !!js/function m"),
      1,
      26,
      /tags are not allowed/,
      /without the/,
    ],
  ])("with %s is told with file, line and column", async (_, yaml, line, column, message, remedy) => {
    const folder = folderOf(yaml);
    const { error } = await json<Failure>(["check", folder, "--offline"], 2);
    const [problem] = error.problems;
    expect(problem!.message).toMatch(message);
    expect(problem!.remedy ?? "").toMatch(remedy);
    expect(problem!.at).toEqual({ file: path.join(folder, "migration.yaml"), line, column });
    expect(JSON.stringify(error)).not.toContain("geheim");
  });

  it("tells everything at once, for people in a line each", async () => {
    const folder = folderOf(
      good.replace("migration: m", "migraton: m").replace("system: moodle", "systm: moodle"),
    );
    const { status, err, out } = await cutover(["check", folder], { cwd: folder });
    expect([status, out]).toEqual([2, ""]);
    const places = err.split("\n").map((line) => /^ {2}migration\.yaml:(\d+):/.exec(line)?.[1]);
    expect(new Set(places.filter(Boolean))).toEqual(new Set(["1", "6", "7"]));
  });

  it("that would swell without bound is refused quickly", async () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x]"
        : `a${i}: &a${i} [${Array(8)
            .fill(`*a${i - 1}`)
            .join(", ")}]`,
    );
    for (const bomb of [
      levels.join("\n"),
      "[".repeat(100_000),
      "a: ".repeat(50_000),
      "x".repeat(5_000_000),
    ]) {
      const { error } = await json<Failure>(["check", folderOf(bomb)], 2);
      expect(error.code).toBe("migration-invalid");
    }
  });

  it("is refused when it is no text, or cannot be read", async () => {
    const folder = folderOf("");
    writeFileSync(path.join(folder, "migration.yaml"), Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x80]));
    await json<Failure>(["check", folder], 2);
    const other = path.join(home, "no-file");
    mkdirSync(path.join(other, "migration.yaml"), { recursive: true });
    const { error } = await json<Failure>(["check", other], 2);
    expect(error.problems[0]!.message).toContain("cannot be read");
  });
});
