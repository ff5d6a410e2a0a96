import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { hold, type Contest, type Sample } from "./src/contest.js";
import { csvContest } from "./src/contests/csv.js";
import { pairContest, type Moving } from "./src/contests/pair.js";
import { xmlContest } from "./src/contests/xml.js";
import { sizeOf } from "./src/data/rows.js";
import { makeSource, makeTarget } from "./src/data/stores.js";
import { figuresOf } from "./src/output/figures.js";
import { markdown } from "./src/output/markdown.js";
import { cutover } from "./src/programs/cutover.js";
import { knexProgram } from "./src/programs/knex.js";
import { sample } from "./sample.js";

/** Holds a small contest and gives what was measured. */
async function measured<On>(contest: Contest<On>): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  await hold(contest, {
    rows: 1_000,
    programs: null,
    runs: 1,
    keep: false,
    say: () => undefined,
    sample: (sample) => void samples.push(sample),
    skip: () => undefined,
    fail(why) {
      throw new Error(why);
    },
  });
  return samples;
}

const clerk = { cost: () => undefined, skip: () => undefined };

/** Rows of records that no delta changed on the way. */
const unchanged = "SELECT * FROM learning_result WHERE result_id % 100 <> 0 ORDER BY result_id";

/** What a program makes of a small source. */
async function resultOf(run: (on: Moving) => Promise<unknown>): Promise<readonly unknown[]> {
  const size = sizeOf(300);
  const source = await makeSource("sqlite", size);
  const target = await makeTarget("sqlite", size);
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-test-"));
  try {
    await run({ size, source, target, folder });
    const db = new Sqlite(target.url.slice("sqlite:".length), { readonly: true });
    const rows = db.prepare(unchanged).all();
    db.close();
    return rows;
  } finally {
    await Promise.all([source.drop(), target.drop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

// Every program is a process of its own, and a busy machine starts them slowly.
describe("the benchmark", { timeout: 240_000 }, () => {
  it("measures what it says, with costs that can be", async () => {
    const samples = await measured(pairContest({ from: "sqlite", to: "sqlite" }));
    expect(samples.map(({ step }) => step)).toEqual([
      "cutover plan",
      "cutover run",
      "cutover reconcile",
      "cutover plan again",
      "cutover run again",
      "cutover plan --delta",
      "cutover run the delta",
      "knex",
      "insert-select",
    ]);
    for (const { seconds, cpu } of samples) {
      expect(seconds).toBeGreaterThan(0);
      expect(cpu).toBeGreaterThan(0);
    }
    const machine = {
      cpu: "a CPU",
      cores: 2,
      memoryMb: 4_096,
      system: "Linux",
      load: { before: 0, after: 0 },
      versions: { node: "20" },
    };
    const text = markdown({
      measuredAt: "2024-02-29T22:05:00Z",
      machine,
      samples,
      skipped: ["x: is not there"],
      failed: [],
    });
    expect(text).toContain("SQLite → SQLite, whole, against the raw INSERT ... SELECT");
    expect(text).toContain("x: is not there");
  });

  it("compares programs that make the same rows", async () => {
    const ours = await resultOf((on) => cutover.run(on, clerk));
    expect(ours).toHaveLength(297);
    expect(await resultOf((on) => knexProgram.run(on, clerk))).toEqual(ours);
  });

  it.each([csvContest, xmlContest])("reads $name with every program", async (contest) => {
    const samples = await measured(contest);
    expect(samples.map(({ step }) => step)).toEqual(contest.programs.map(({ name }) => name));
  });

  it("compares within a turn, and holds a promise against the median", () => {
    const turns = [4, 1, 3].flatMap((seconds, i) => [
      sample("cutover plan", { turn: i + 1, seconds }),
      sample("cutover run", { turn: i + 1, seconds }),
      sample("pgloader", { turn: i + 1, seconds: 2 }),
    ]);
    const figures = figuresOf(turns);
    expect(figures.find(({ work }) => work.includes("load phase"))).toMatchObject({
      figure: { median: 1.5, least: 0.5, most: 2, n: 3 },
      must: 1,
      kept: false,
    });
    expect(figures.some(({ work }) => work.includes("knex"))).toBe(false);
    const small = figuresOf(turns.map((one) => ({ ...one, rows: 1_000 })));
    expect(small.map(({ kept }) => kept)).toEqual([null, null]);
  });
});
