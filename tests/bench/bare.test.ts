import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { Moving } from "./src/contests/pair.js";
import { sizeOf } from "./src/data/rows.js";
import { makeSource, makeTarget } from "./src/data/stores.js";
import { bareOf } from "./src/output/bare.js";
import { LocalTimes } from "./src/bare/local-times.js";
import { bare, barePhase } from "./src/programs/bare.js";
import { knexProgram } from "./src/programs/knex.js";
import { sample } from "./sample.js";

const size = sizeOf(300);

async function rowsOf(url: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT * FROM learning_result ORDER BY result_id");
  await client.end();
  return rows;
}

/** Has a fresh target and folder for what is done on a source. */
async function on<T>(source: Moving["source"], work: (moving: Moving) => Promise<T>): Promise<T> {
  const target = await makeTarget("postgresql", size);
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-bare-test-"));
  try {
    return await work({ size, source, target, folder });
  } finally {
    await target.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the bare program", { timeout: 120_000 }, () => {
  it("makes the rows that others make, and finds what differs from them", async () => {
    const source = await makeSource("mariadb", size);
    try {
      // Half an hour after the clocks were turned, and what COPY would read otherwise.
      await source.run(
        `UPDATE "training_record" SET "finished_at" = '2024-03-31 03:30:00' WHERE "record_id" = 7`,
        `UPDATE "training_record" SET "remark" = CONCAT('a', CHAR(9), 'b', CHAR(92), 'N', CHAR(10), 'ü') WHERE "record_id" = 8`,
      );
      const theirs = await on(source, async (moving) => {
        await knexProgram.run(moving, { cost: () => undefined, skip: () => undefined });
        return rowsOf(moving.target.url);
      });
      const costs = new Map<string, { readonly serverCpu?: number }>();
      await on(source, async (moving) => {
        await bare.run(moving, { cost: (step, cost) => void costs.set(step, cost), skip: () => undefined });
        expect(await rowsOf(moving.target.url)).toEqual(theirs);
        await moving.target.run(
          "UPDATE learning_result SET note = 'mine' WHERE result_id = 3",
          "UPDATE learning_result SET points = points - 0.01 WHERE result_id = (SELECT min(result_id) FROM learning_result WHERE points > 1)",
          "DELETE FROM learning_result WHERE result_id = 5",
          "INSERT INTO learning_result (result_id, state) VALUES (301, 'open'), (-1, NULL)",
        );
        // The last one is of the totals.
        expect((await barePhase("reconcile", moving)).out).toBe("6");
      });
      expect([...costs.keys()]).toEqual(["plan", "run", "reconcile"]);
    } finally {
      await source.drop();
    }
  });

  it("reads local times as luxon does, and those alone that were once", () => {
    const times = new LocalTimes();
    expect(times.seconds("2024-02-29 22:05:00")).toBe(Date.UTC(2024, 1, 29, 21, 5) / 1000);
    expect(times.seconds("2024-03-31 03:30:00")).toBe(Date.UTC(2024, 2, 31, 1, 30) / 1000);
    expect(times.seconds("2024-03-31 02:30:00")).toBeNull();
    expect(times.seconds("2024-10-27 02:30:00")).toBeNull();
    expect(times.seconds("2024-10-27 12:30:00")).toBe(Date.UTC(2024, 9, 27, 11, 30) / 1000);
    expect(times.seconds("0000-00-00 00:00:00")).toBeNull();
    expect([times.isDay("2024-02-29"), times.isDay("2023-02-29")]).toEqual([true, false]);
  });

  it("is bounded by half of all that is computed", () => {
    const samples = [
      ...["plan", "run", "reconcile"].map((phase) => sample(`bare ${phase}`, { cpu: 5, serverCpu: 1 })),
      sample("pgloader", { seconds: 6 }),
    ];
    const [found] = bareOf(samples);
    expect(found).toMatchObject({ pgloader: 6 });
    expect(found!.lines.map(({ bound }) => bound)).toEqual([3, 3, 3, 6]);
    expect(bareOf(samples.slice(1))).toEqual([]);
  });
});
