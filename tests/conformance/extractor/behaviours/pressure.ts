import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { column, id } from "../../values.js";
import { ids } from "../reading.js";
import type { ExtractorBehaviour } from "../room.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are still needed, within the heap and outside of it. */
function needed(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const count = 2_000;
const size = 32 * 1024;

export const readerSetsThePace: ExtractorBehaviour = {
  promise: "waits for whoever reads: what is not asked for is not held in memory",
  async prove(room) {
    const extract = await room.put(
      [id, column("value", "text")],
      // Nothing that a file could be packed by.
      Array.from({ length: count }, (_, i) => [i + 1, randomBytes((size * 3) / 4).toString("base64")]),
    );
    const extractor = await room.open();
    const before = needed();
    const seen: number[] = [];
    for await (const { rows } of extractor.read(extract, { batchSize: 20 })) {
      seen.push(...ids(rows));
      if (seen.length !== rows.length) continue;
      // Time for whatever would read ahead to do so.
      await sleep(300);
      // All rows take 64 MB; two batches and what a medium keeps of its own far less than half of it.
      expect(needed() - before).toBeLessThan((count * size) / 3);
    }
    expect(seen).toHaveLength(count);
  },
};
