import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { exports, makeSmall, roster, type Small } from "./support/small.js";

let small: Small;
beforeAll(() => {
  small = makeSmall({ people: 0 });
  small.file(
    "mappings/roster/system.yaml",
    roster["system.yaml"]!.replace("file: people.csv", "file: 'people-*.csv'"),
  );
  const [header] = exports(0)["people.csv"]!.split("\n");
  const files = {
    "people-1.csv": ["P1,login1,p1@example.org,Name 1,T1,x", "P2,login2,p2@example.org,Name 2,T1,x"],
    "people-2.csv": ["P3,login3,p3@example.org,Name 3,T1,x", "P4,login4", ",login5,,Name 5,T1,x"],
    "people-3.csv": ["P6,login6,not an address,Name 6,T1,x", "P1,login1,p1@example.org,Name 1,T1,x"],
  };
  for (const [name, lines] of Object.entries(files)) {
    small.file(`exports/${name}`, [header, ...lines, ""].join("\n"));
  }
});
afterAll(() => small.remove());

interface Flag {
  readonly id: number;
  readonly code: string;
  readonly key: string;
  readonly file: string | null;
  readonly at: number;
}

const placed = ({ code, file, at }: Omit<Flag, "id" | "key">): string => `${code} ${file}:${at}`;
const troubles = ["malformed-row people-2.csv:3", "missing-key people-2.csv:4", "bad-email people-3.csv:2"];

it("says of every record in which file it stands, and its number there", async () => {
  await json(["plan", small.folder], 4);
  const { flags } = await json<{ flags: readonly Flag[] }>(["flags", small.folder], 4);
  expect(flags.map(placed).toSorted()).toEqual(troubles.toSorted());
  const { out: list } = await cutover(["flags", small.folder]);
  const malformed = flags.find(({ code }) => code === "malformed-row")!;
  expect(list).toMatch(/malformed-row +roster\/people people-2\.csv:3 /);
  const { out: one } = await cutover(["flags", small.folder, "--explain", String(malformed.id)]);
  expect(one).toContain("mapping roster/people, record people-2.csv:3");
  // Rows without a key are called by their number in the extract: no two of them are called alike.
  expect(malformed.key).toBe("@6");
});

it("writes it in the report's lists", async () => {
  await json(["run", small.folder], 4);
  const { files } = await json<{ files: Readonly<Record<string, string>> }>(["report", small.folder], 4);
  const rows = (file: string): readonly Readonly<Record<string, string>>[] =>
    parse(readFileSync(file, "utf8"), { bom: true, columns: true });
  const folder = path.dirname(files["recordsCsv"]!);
  expect(
    rows(path.join(folder, "exceptions.csv"))
      .map((row) => `${row["code"]} ${row["file"]}:${row["record number"]}`)
      .toSorted(),
  ).toEqual(troubles.toSorted());
  const records = rows(files["recordsCsv"]!).filter((row) => row["mapping"] === "roster/people");
  expect(records.map((row) => [row["source key"], row["file"], row["record number"], row["reason"]])).toEqual(
    [
      ["'@6", "people-2.csv", "3", "malformed-row"],
      ["'@7", "people-2.csv", "4", "missing-key"],
      ["P1", "people-1.csv", "2", ""],
      ["P1", "people-3.csv", "3", "same key and content as roster/people record people-1.csv:2"],
      ["P2", "people-1.csv", "3", ""],
      ["P3", "people-2.csv", "2", ""],
      ["P6", "people-3.csv", "2", "bad-email"],
    ],
  );
});

it("profiles by file, too", async () => {
  const { sources } = await json<{
    sources: readonly {
      readonly extracts: readonly { readonly name: string; readonly rejected: unknown }[];
    }[];
  }>(["profile", small.folder], 0);
  const people = sources[0]!.extracts.find(({ name }) => name === "people")!;
  expect(people.rejected).toEqual([{ code: "malformed-row", count: 1, at: ["people-2.csv:3"] }]);
});

it("warns of a file that has a header and no record, planned or profiled, once or again", async () => {
  const [header] = exports(0)["people.csv"]!.split("\n");
  small.file("exports/people-4.csv", `${header!}\n`);
  for (let time = 0; time < 2; time += 1) {
    const { empty } = await json<{ empty: unknown }>(["plan", small.folder], 4);
    expect(empty).toEqual([{ source: "roster", extract: "people", file: "people-4.csv" }]);
  }
  const { out } = await cutover(["plan", small.folder]);
  expect(out).toContain("Warning: people-4.csv of roster has no records.");
  const profiled = await cutover(["profile", small.folder]);
  expect(profiled.out).toMatch(/^ +warning: people-4\.csv has no records$/m);
});
