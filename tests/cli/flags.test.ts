import { afterAll, beforeAll, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { makeSmall, roster, type Small } from "./support/small.js";

let small: Small;
beforeAll(async () => {
  small = makeSmall({ people: 3 });
  small.file(
    "mappings/roster/inbound/people.yaml",
    roster["inbound/people.yaml"]!.replace(
      "username: login",
      "username: { from: login, map: { login0: zero } }",
    )
      .replace("familyName: last", "familyName: { from: last, map: { Name 0: Zero, Name 1: One } }")
      .replace(/examples:[^]*/, ""),
  );
  await json(["plan", small.folder], 4);
});
afterAll(() => small.remove());

it("counts a record once that has a code twice, and tells the words that no map knows", async () => {
  const { counts, words } = await json<{ counts: unknown; words: { word: string }[] }>(
    ["flags", small.folder, "--code", "unmapped-value"],
    4,
  );
  expect(counts).toEqual([
    { code: "unmapped-value", severity: "flag", entity: "user", records: 2, flags: 3 },
  ]);
  expect(words.map(({ word }) => word).toSorted()).toEqual(["Name 2", "login1", "login2"]);
  const { out } = await cutover(["flags", small.folder]);
  expect(out).toContain("familyName: Name 2");
  expect(out).not.toContain("the source has");
});

it("says of a code what can be done today", async () => {
  const { out } = await cutover(["flags", small.folder, "--explain", "unmapped-value"]);
  expect(out).toMatch(
    /What to do: .* Then plan again\.\n2 records have it in the last extraction\.\n\nmapping/,
  );
});
