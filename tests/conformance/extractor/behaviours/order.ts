import { expect } from "vitest";
import { column, id } from "../../values.js";
import { ids, readAll } from "../reading.js";
import type { ExtractorBehaviour } from "../room.js";

const columns = [id, column("value", "text")];
/** Not in the order of their keys, nor of their keys' texts. */
const shuffled = Array.from({ length: 977 }, (_, i) => ((i * 389) % 977) + 1).map((n) => [n, `row ${n}`]);

export const rowsAreOrdered: ExtractorBehaviour = {
  promise: "gives rows in the order of their key",
  async prove(room) {
    const extract = await room.put(columns, shuffled);
    const { rows } = await readAll(await room.open(), extract, 100);
    expect(ids(rows)).toEqual(Array.from({ length: 977 }, (_, i) => i + 1));
    expect(rows.every(([n, value]) => value === `row ${Number(n)}`)).toBe(true);
  },
};

export const orderIsKept: ExtractorBehaviour = {
  promise: "gives the same rows at the same positions each time, whatever the batch",
  async prove(room) {
    const extract = await room.put(columns, shuffled);
    const first = await readAll(await room.open(), extract);
    const again = await readAll(await room.open(), extract, 7);
    expect(ids(first.rows).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 977 }, (_, i) => i + 1));
    expect(first.at.every((at, i) => i === 0 || at > first.at[i - 1]!)).toBe(true);
    expect([again.rows, again.at]).toEqual([first.rows, first.at]);
    expect((await room.open()).capabilities).toEqual(room.medium.capabilities);
  },
};

export const batchesAreBounded: ExtractorBehaviour = {
  promise: "gives no more rows a batch than were asked for, and all of them",
  async prove(room) {
    const extract = await room.put(columns, shuffled);
    const extractor = await room.open();
    for (const size of [1, 100, 977, 5000]) {
      const { rows, at, sizes } = await readAll(extractor, extract, size);
      expect([rows.length, at.length]).toEqual([977, 977]);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(size);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
    }
  },
};

export const nothingIsRead: ExtractorBehaviour = {
  promise: "reads nothing where there is nothing",
  async prove(room) {
    const extract = await room.put(columns, []);
    const extractor = await room.open();
    expect((await readAll(extractor, extract)).rows).toEqual([]);
    expect(await extractor.count(extract)).toBe(0);
  },
};
