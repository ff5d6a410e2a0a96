import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** The floors of the house: a package imports from lower floors only. */
const floors: Readonly<Record<string, number>> = {
  model: 0,
  mapping: 1,
  sql: 1,
  ledger: 1,
  extractors: 2,
  loaders: 2,
  intake: 3,
  engine: 4,
  reconcile: 4,
  report: 5,
  cli: 6,
};

/** Test-only: it may stand on everything below the commands, and only tests may stand on it. */
const testOnly = "testkit";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const packages = readdirSync(path.join(root, "packages"));
const manifest = (name: string): Manifest =>
  JSON.parse(readFileSync(path.join(root, "packages", name, "package.json"), "utf8")) as Manifest;
const own = (deps: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.keys(deps)
    .filter((name) => name.startsWith("@cutover/"))
    .map((name) => name.slice("@cutover/".length));

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));
}

describe("the house", () => {
  it("has exactly the packages that are drawn", () => {
    expect(packages.toSorted()).toEqual([...Object.keys(floors), testOnly].toSorted());
  });

  it.each(Object.keys(floors))("%s depends on lower floors only", (name) => {
    for (const dependency of own(manifest(name).dependencies)) {
      expect(dependency, `${name} must not depend on the test kit`).not.toBe(testOnly);
      expect(floors[dependency], `${name} (floor ${floors[name]}) depends on ${dependency}`).toBeLessThan(
        floors[name]!,
      );
    }
  });

  it.each(packages)("%s imports what its manifest says, and no other package by path", (name) => {
    const { dependencies } = manifest(name);
    const declared = new Set(own(dependencies));
    for (const file of sources(path.join(root, "packages", name, "src"))) {
      const text = readFileSync(file, "utf8");
      for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
        if (target!.startsWith("@cutover/")) {
          expect(declared, `${file} imports ${target}`).toContain(target!.slice("@cutover/".length));
        }
        if (target!.startsWith(".")) {
          const reached = path.relative(
            path.join(root, "packages", name),
            path.resolve(path.dirname(file), target!),
          );
          expect(reached.startsWith(".."), `${file} reaches ${target}`).toBe(false);
        }
      }
    }
  });
});
