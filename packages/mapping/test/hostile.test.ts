import { describe, expect, it } from "vitest";
import { loadSystem } from "../src/index.js";
import { folderOf, systemOf, type Files } from "./folder.js";

const hostile: Files = {
  "system.yaml": `system: evil
title: Evil
medium: csv
extracts:
  rows:
    file: rows.csv
    key: [constructor]
    columns: { constructor: text, hasOwnProperty: text, toString: text, json: text, word: text, type: text }
`,
  "inbound/users.yaml": `mapping: evil/users
from: rows
to: user
key: [constructor]
exclude:
  - { rule: by-pattern, when: 'word != null && word.matches("^(([a-z])+.)+[A-Z]([a-z])+$")', because: A hostile pattern. }
  - { rule: by-type, when: type == "x", because: A column called like a type of CEL. }
fields:
  username: { from: constructor, match: { pattern: "^(a+)+$", otherwise: keep } }
  city: hasOwnProperty
  jobTitle: toString
  status: { from: word, map: { constructor: active, toString: suspended }, otherwise: deleted }
  custom: { from: json, json: true }
  department: { from: json, json: true, get: __proto__ }
  phone: { from: json, json: true, get: hasOwnProperty }
  displayName: { from: word, html: text }
  description: word
`.replace("  description: word\n", ""),
};

const columns = ["constructor", "hasOwnProperty", "toString", "json", "word", "type"];
const [users] = systemOf(hostile).inbound;
const map = (values: Readonly<Record<string, string>>) =>
  users!.map(columns.map((name) => (Object.hasOwn(values, name) ? values[name]! : null)));
const row = (entries: readonly (readonly [string, string])[]) => map(Object.fromEntries(entries));

describe("hostile names and texts", () => {
  it("find only what is there", () => {
    const { record, issues, key } = row([
      ["constructor", "k"],
      ["hasOwnProperty", "p"],
      ["toString", "t"],
      ["word", "__defineGetter__"],
      ["json", '{"__proto__":"own","constructor":{"prototype":"1"}}'],
    ]);
    expect(issues).toEqual([]);
    expect(key).toBe("k");
    expect(record).toMatchObject({
      city: "p",
      jobTitle: "t",
      status: "deleted",
      department: "own",
      phone: null,
    });
    expect(Object.keys(record!["custom"]!)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["prototype"]).toBeUndefined();
    expect(
      row([
        ["constructor", "k"],
        ["word", "constructor"],
      ]).record,
    ).toMatchObject({ status: "active" });
    expect(
      row([
        ["constructor", "k"],
        ["word", "w"],
        ["type", "x"],
      ]).excluded,
    ).toBe("by-type");
  });

  it("cannot be patterns that take long to prepare, wherever patterns are", () => {
    const long = "[a-z]".repeat(1000);
    for (const [file, from, to] of [
      ["inbound/users.yaml", "^(a+)+$", long],
      ["inbound/users.yaml", "^(([a-z])+.)+[A-Z]([a-z])+$", long],
      ["system.yaml", "medium: csv", `medium: csv\nparameters: { x: { default: y, pattern: "${long}" } }`],
    ] as const) {
      const files = { ...hostile, [file]: hostile[file]!.replace(from, () => to) };
      const { problems } = loadSystem({ folder: folderOf(files, "evil") });
      expect(problems.map(({ message }) => message)).toEqual([
        expect.stringMatching(/regular expression/) as string,
      ]);
    }
  });

  it("are no types, fields or expectations", () => {
    const files = {
      ...hostile,
      "system.yaml": `${hostile["system.yaml"]!}tables:\n  t: { table: t, columns: { a: constructor } }\n`,
      "inbound/users.yaml": `${hostile["inbound/users.yaml"]!}  toString: word\nexamples:\n  - { name: x, given: { word: w }, expect: { constructor: y } }\n`,
    };
    const { problems } = loadSystem({ folder: folderOf(files, "evil") });
    expect(problems.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "there is no type `constructor`",
        "entity `user` has no `toString`",
        "entity `user` has no `constructor`",
      ]),
    );
  });

  it("take time in proportion to their length", () => {
    const start = performance.now();
    const texts = [
      `${"a".repeat(200_000)}!`,
      "<".repeat(500_000),
      "<span class=multilang lang=".repeat(20_000),
      "<!--".repeat(100_000),
      "&amp".repeat(100_000),
      "\u0300".repeat(200_000),
      " \n".repeat(200_000),
    ];
    for (const text of texts)
      row([
        ["constructor", text],
        ["word", text],
        ["json", `{"a":"${text}"}`],
      ]);
    row([
      ["constructor", "k"],
      ["word", "w"],
      ["json", "[".repeat(200_000)],
    ]);
    row([
      ["constructor", "k"],
      ["word", "w"],
      ["json", `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`],
    ]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
