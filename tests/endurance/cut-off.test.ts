import { afterAll, expect, it } from "vitest";
import { cutAtCommits, cutOff, disturbAll } from "./variants/cut-off.js";

const trial = (seed: number) => ({ seed, deadline: 0, log: (): void => undefined });

afterAll(async () => {
  for (const variant of cutOff) await variant.close?.();
});

// An even seed goes to PostgreSQL, an odd one to MariaDB.
it.each([2, 3])(
  "a connection that is cut off at COMMIT leaves no doubt and nothing twice (%i)",
  async (seed) => {
    const { count, findings } = await cutAtCommits(trial(seed));
    expect(findings).toEqual([]);
    expect(count).toBeGreaterThan(2);
  },
  180_000,
);

it("connections that an administrator ends are made anew, and the work goes on", async () => {
  expect(await disturbAll(trial(1), "end")).toMatchObject({ findings: [] });
}, 180_000);
