import fc from "fast-check";
import { expect, it } from "vitest";
import { Seen } from "../src/index.js";

const gapsOf = (seen: Seen, last: number): readonly number[] => {
  const missed: number[] = [];
  seen.eachGap(last, (from, to) => {
    expect(from).toBeLessThanOrEqual(to);
    for (let id = from; id <= to; id += 1) missed.push(id);
  });
  return missed;
};

it("knows what was seen and what was not, whoever saw it", () => {
  const ids = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 20_000 })));
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 0, max: 100 }), (mine, others, last) => {
      const seen = new Seen();
      for (const id of mine) seen.add(id);
      const other = new Seen();
      // As a thread has it: of the same buffer, made before it grew.
      const shared = new Seen(other.buffer);
      for (const id of others) other.add(id);
      other.addStretch(last + 1, last + 1 + mine.length);
      seen.addAll(shared);
      const stretch = Array.from({ length: mine.length + 1 }, (_, i) => last + 1 + i);
      const all = new Set([...mine, ...others, ...stretch]);
      for (const id of [...all, 1, 100_000]) expect(seen.has(id)).toBe(all.has(id));
      const ids = Array.from({ length: last }, (_, i) => i + 1);
      expect(gapsOf(seen, last)).toEqual(ids.filter((id) => !all.has(id)));
    }),
  );
});
