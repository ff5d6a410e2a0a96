import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Extractor } from "@cutover/model";
import { afterEach, expect, test, vi } from "vitest";
import { extractOf, folderWith, openFolder, readAll } from "./files.js";

const people = extractOf(["id", "name", "team"]);
const teams = { ...extractOf(["team"], { file: "teams.csv" }), name: "teams" };
const query = {
  sql: "SELECT t.team, COUNT(p.id) AS n FROM teams t LEFT JOIN people p ON p.team = t.team GROUP BY 1 ORDER BY 1",
  extracts: [people, teams],
};
const rows = 50_000;

afterEach(() => vi.unstubAllEnvs());

/** Many people, and few teams: what is large enough is counted beside what is read. */
const company = (broken = ""): string =>
  folderWith({
    "people.csv": [
      "id,name,team",
      ...Array.from({ length: rows }, (_, i) => `${i},"Somebody, with\nlines ${i}",T${i % 3}`),
      broken,
    ].join("\n"),
    "teams.csv": "team\nT0\nT1\nT2\nT3\n",
  });

const answers = async (extractor: Extractor) => ({
  counts: [await extractor.count(people), await extractor.count(teams)],
  rows: await extractor.query(query.sql, query.extracts),
});

test("what is asked ahead is answered as it is without, while records are read", async () => {
  const folder = company();
  const [plain, extractor] = [await openFolder(folder), await openFolder(folder)];
  await extractor.ahead!([people, teams], [query]);
  const [read, ahead] = await Promise.all([readAll(extractor, people), answers(extractor)]);
  expect(read.rows).toHaveLength(rows);
  expect(ahead).toEqual(await answers(plain));
  expect(ahead.counts).toEqual([rows, 4]);
});

test("what fails ahead fails as it does without, when it is asked for", async () => {
  const folder = company('1,"never closed');
  const failure = async (extractor: Extractor): Promise<unknown> =>
    extractor.count(people).then(
      () => null,
      (error: unknown) => error,
    );
  const [plain, extractor] = [await openFolder(folder), await openFolder(folder)];
  await extractor.ahead!([people], [query]);
  const error = await failure(extractor);
  expect(error).toMatchObject({ code: "source-malformed" });
  expect(error).toEqual(await failure(plain));
});

test("a file that is not there is told of by who reads it, not by who asks ahead", async () => {
  const extractor = await openFolder(folderWith({ "teams.csv": "team\n" }));
  await extractor.ahead!([people, teams], [query]);
  await expect(extractor.count(people)).rejects.toMatchObject({ code: "source-unreadable" });
});

test("all see the same files: one that changed is refused", async () => {
  const folder = company();
  const extractor = await openFolder(folder);
  await extractor.ahead!([teams], []);
  utimesSync(join(folder, "people.csv"), 1, 1);
  await extractor.ahead!([people], []);
  expect(await extractor.count(people)).toBe(rows);
  utimesSync(join(folder, "people.csv"), 2, 2);
  await expect(extractor.query(query.sql, query.extracts)).rejects.toMatchObject({
    code: "source-unreadable",
    message: expect.stringContaining("people.csv changed") as string,
  });
});

test("closing ends what is under way, and nothing is left lying", async () => {
  const folder = company();
  const aside = folderWith({});
  vi.stubEnv("TMPDIR", aside);
  const extractor = await openFolder(folder);
  await extractor.ahead!([people], [query]);
  await vi.waitFor(() => expect(readdirSync(aside)).toHaveLength(1), 20_000);
  const asked = extractor.query(query.sql, query.extracts).catch((error: unknown) => error);
  await extractor.close();
  expect(await asked).toMatchObject({ code: "internal" });
  expect(readdirSync(aside)).toEqual([]);
});

test("after a release the files are looked up anew", async () => {
  const folder = company();
  const extractor = await openFolder(folder);
  await extractor.ahead!([people], []);
  expect(await extractor.count(people)).toBe(rows);
  utimesSync(join(folder, "people.csv"), 1, 1);
  await extractor.release!();
  await extractor.ahead!([people], []);
  expect(await extractor.count(people)).toBe(rows);
});
