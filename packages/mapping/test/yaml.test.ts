import { describe, expect, test } from "vitest";
import { loadSystem } from "../src/index.js";
import { acme, changed, folderOf, problemsOf } from "./folder.js";

/** What is said of a system.yaml with this text. */
const system = (text: string): readonly string[] => problemsOf({ "system.yaml": text });

const given = (value: string) =>
  problemsOf(changed({ "inbound/users.yaml": [["given: { id: 7,", `given: { id: ${value},`]] }));

describe("hostile and broken YAML", () => {
  test("a syntax error has its place", () => {
    expect(system("system: acme\ntitle: 'x\n")).toEqual([expect.stringMatching(/^system\.yaml:\d+:\d+ /)]);
    expect(system("system: acme\n\ttitle: x\n")[0]).toMatch(/^system\.yaml:2:1 tabs are not allowed/);
  });

  test("a key that is there twice", () => {
    expect(system("system: acme\ntitle: A\nsystem: other\n")).toEqual([
      "system.yaml:3:1 the key is there twice",
    ]);
  });

  test("tags are refused", () => {
    expect(system("system: !!js/function 'x'\n")[0]).toMatch(/^system\.yaml:1:\d+ tags are not allowed/);
    expect(system("system: !evil x\n")[0]).toMatch(/tags are not allowed/);
  });

  test("__proto__ is no key, and nothing is polluted", () => {
    expect(system("system: acme\n__proto__: { polluted: true }\n")).toEqual([
      "system.yaml:2:1 `__proto__` cannot be a key",
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("constructor is a key like any other", () => {
    expect(system("system: acme\ntitle: A\nmedium: sql\nconstructor: 1\n")).toEqual([
      "system.yaml:4:1 the system has no `constructor`",
    ]);
  });

  test("aliases that swell are refused at once", () => {
    const lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
    for (const [previous, next] of ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map((pair) => pair.split(""))) {
      lines.push(`${next}: &${next} [${Array.from({ length: 10 }, () => `*${previous}`).join(",")}]`);
    }
    const start = performance.now();
    expect(system(lines.join("\n"))[0]).toMatch(/^system\.yaml:\d+:\d+ the aliases stand for too much$/);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("an alias cannot hold itself", () => {
    expect(system("system: &x { y: *x }\n")).toEqual([
      "system.yaml:1:17 nothing before this place is anchored by this name (Put it in quotes if it is a text.)",
    ]);
  });

  test("an alias is used like what it stands for", () => {
    const files = changed({
      "inbound/users.yaml": [
        ["email: mail", "email: &mail { from: mail, trim: true }"],
        [
          "fields:\n  username: { from: login, case: lower }",
          "fields:\n  username: { from: login, case: lower }",
        ],
      ],
    });
    expect(problemsOf(files)).toEqual([]);
  });

  test.each([
    ["flow lists", "[".repeat(100_000)],
    ["block lists", "- ".repeat(20_000)],
    ["flow maps", "{a: ".repeat(20_000)],
  ])("nesting without end: %s", (_, text) => {
    const problems = system(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.some((problem) => problem.includes("nested too deeply"))).toBe(true);
    expect(problems.length).toBeLessThan(50);
  });

  test("a second document, an empty file, a list, a file that is not UTF-8", () => {
    expect(system("system: a\n---\nsystem: b\n")[0]).toBe(
      "system.yaml:2:1 one file holds one document; here a second begins",
    );
    expect(system("")).toEqual(["system.yaml:1:1 the file is empty"]);
    expect(system("# only a comment\n")).toEqual(["system.yaml:1:1 the file is empty"]);
    expect(system("- a\n")[0]).toMatch(/^system\.yaml:1:1 the file must hold a map/);
    expect(problemsOf({ "system.yaml": Buffer.from([0x61, 0x3a, 0xff]) as unknown as string })).toEqual([
      "system.yaml the file is not UTF-8",
    ]);
  });

  test("numbers that would lose something are refused", () => {
    expect(given("007")).toEqual([
      "inbound/users.yaml:23:18 a number does not begin with zero (Put it in quotes if it is a text.)",
    ]);
    expect(given("12345678901234567890")[0]).toMatch(/too large to be exact/);
  });

  test("a folder without a system.yaml", () => {
    const folder = folderOf({ "inbound/users.yaml": acme["inbound/users.yaml"]! });
    const { system: none, problems } = loadSystem({ folder });
    expect(none).toBeNull();
    expect(problems[0]?.message).toBe("there is no system.yaml in this folder");
  });
});
