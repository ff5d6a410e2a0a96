import { expect, it } from "vitest";
import { fuzz } from "./support/fuzz.js";
import { targetNames } from "./targets.js";

/** Always the same inputs here; `pnpm test:endurance` tries others. */
const seed = 20_261_122;

it.each(targetNames)(
  "whatever %s holds ends in records, issues or a clear error",
  async (target) => {
    const { inputs, findings, endings } = await fuzz(target, { seed, runs: 300 });
    expect(findings.map(({ what }) => what)).toEqual([]);
    expect(inputs).toBe(300);
    // A target that nothing gets through to, or all, would show nothing.
    expect(endings.error).toBeLessThan(280);
    expect(endings.records).toBeLessThan(290);
  },
  180_000,
);
