import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { makeSmall, type Small } from "./support/small.js";

/** So many that most of them are staged on a thread of its own. */
const people = 60_000;

describe("planning with many rows", () => {
  let small: Small;
  let digest: string;
  const plan = () => json<{ readonly digest: string }>(["plan", small.folder], 0);
  const forget = (): void => rmSync(path.join(small.folder, ".cutover"), { recursive: true });
  beforeAll(async () => {
    small = makeSmall({ people });
    ({ digest } = await plan());
  });
  afterAll(() => small.remove());

  it("stages every one of them", () => {
    expect(small.ledger('SELECT COUNT(*) AS n FROM record r JOIN "user" u ON u.id = r.id')).toEqual([
      { n: people },
    ]);
  });

  it.each([700, 1000, 1300])("comes to the same plan after it was killed at %i ms", async (after) => {
    forget();
    const { signal, status } = await cutover(["plan", small.folder], {
      started: (child) => void setTimeout(() => child.kill("SIGKILL"), after),
    });
    // Where it was quicker than the signal, it is through.
    expect(signal ?? status).toBeOneOf(["SIGKILL", 0]);
    expect((await plan()).digest).toBe(digest);
  });

  it("is stopped by Ctrl-C, and says how to go on", async () => {
    forget();
    const { status, err } = await cutover(["plan", small.folder], {
      started: (child) => void setTimeout(() => child.kill("SIGINT"), 1000),
    });
    expect(status).toBeOneOf([130, 0]);
    if (status === 130) expect(err).toContain("again");
    expect((await plan()).digest).toBe(digest);
  });
});
