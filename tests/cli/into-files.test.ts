import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { json } from "./support/cutover.js";
import { directory, makeSmall, type Small } from "./support/small.js";

/** The directory as a system that imports CSV. */
const imported = directory["system.yaml"]!.replace("medium: sql", "medium: csv").replace(
  /sql: SELECT .* FROM (\w+) ORDER BY id/g,
  "file: $1.csv",
);

let small: Small;
const written = (name: string): string => join(small.folder, "out", name);

beforeAll(() => {
  small = makeSmall({ connection: "{ folder: out }" });
  small.file("mappings/directory/system.yaml", imported);
});
afterAll(() => small.remove());

it("moves into a folder that is not there yet, and back out of it", async () => {
  await json(["check", small.folder], 0);
  const { entities } = await json<{ entities: unknown }>(["plan", small.folder], 0);
  expect(entities).toMatchObject({ organization: { created: 4 }, user: { created: 40 } });
  expect(existsSync(join(small.folder, "out"))).toBe(false);

  await json(["run", small.folder], 0);
  expect(readFileSync(written("person.csv"), "utf8").trim().split("\n")).toHaveLength(41);
  expect(readFileSync(written("team.csv"), "utf8")).toContain("Sales North");
  expect(await json(["reconcile", small.folder], 0)).toMatchObject({ verdict: "match" });

  await json(["undo", small.folder], 0);
  await json(["plan", small.folder], 0);
});
