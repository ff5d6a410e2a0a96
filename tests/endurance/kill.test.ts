import { afterAll, expect, it } from "vitest";
import { atCommits, killAtCommits } from "./variants/kill-at-commits.js";
import { kill } from "./variants/kill.js";

const log = (): void => undefined;
const inASecond = (seconds: number): number => Date.now() + seconds * 1000;

afterAll(async () => {
  await atCommits.close?.();
  await kill.close?.();
});

it.each(["postgresql", "mariadb"] as const)(
  "killed before and after commits, a migration to %s comes to the same end",
  async (target) => {
    const trial = { seed: 3, deadline: inASecond(120), log };
    const { count, findings } = await killAtCommits({ source: "sqlite", target }, 7, trial);
    expect(findings).toEqual([]);
    expect(count).toBeGreaterThan(3);
  },
  180_000,
);

it("killed at any moment, every command comes to the same end", async () => {
  expect(await kill.run({ seed: 3, deadline: 0, log })).toMatchObject({ findings: [] });
}, 180_000);
