import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, constantFrom, nat, property, string, tuple } from "fast-check";
import { expect, test } from "vitest";
import { checkExamples, explainMapping, loadSystem } from "../src/index.js";
import { acme, folderOf } from "./folder.js";

const files = Object.keys(acme);
/** Pieces that matter to YAML, to templates or to the language. */
const pieces = [
  "{",
  "}",
  "[",
  "]",
  ":",
  "- ",
  "\n",
  "  ",
  "'",
  '"',
  "*a",
  "&a ",
  "null",
  "{x}",
  "steps: ",
  "cases: ",
  "each: ",
];

test("whatever a file holds, loading gives problems with places, or a system that can be used", () => {
  const folder = folderOf(acme);
  assert(
    property(
      constantFrom(...files),
      nat(4000),
      nat(40),
      tuple(constantFrom(...pieces, ""), string({ maxLength: 3 })),
      (file, start, length, [piece, text]) => {
        const original = acme[file]!;
        const at = start % original.length;
        writeFileSync(join(folder, file), original.slice(0, at) + piece + text + original.slice(at + length));
        const { system, problems } = loadSystem({ folder });
        writeFileSync(join(folder, file), original);
        if (system !== null) {
          checkExamples(system);
          explainMapping(system, "acme/users");
        }
        expect(system === null).toBe(problems.length > 0);
        expect(problems.filter(({ message }) => message === "")).toEqual([]);
        expect(problems.filter(({ at: place }) => place?.file.startsWith(folder) !== true)).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});
