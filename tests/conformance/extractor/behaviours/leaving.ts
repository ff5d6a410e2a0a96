import { expect } from "vitest";
import { column, id } from "../../values.js";
import { ids, readAll } from "../reading.js";
import type { ExtractorBehaviour, ReadingRoom } from "../room.js";

const columns = [id, column("value", "text")];
const some = (room: ReadingRoom) =>
  room.put(
    columns,
    Array.from({ length: 1_000 }, (_, i) => [i + 1, `row ${i}`]),
  );

export const readingCanBeLeft: ExtractorBehaviour = {
  promise: "can be left in the midst of a read and used again",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    for (let round = 0; round < 3; round++) {
      for await (const batch of extractor.read(extract, { batchSize: 10 })) {
        expect(ids(batch.rows)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        break;
      }
    }
    expect(await extractor.count(extract)).toBe(1_000);
    expect((await readAll(extractor, extract, 300)).rows).toHaveLength(1_000);
  },
};

export const readingCanBeStopped: ExtractorBehaviour = {
  promise: "stops when it is told to, before or within a read, and can be used again",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    const stop = new AbortController();
    let seen = 0;
    const reading = async (): Promise<void> => {
      for await (const batch of extractor.read(extract, { batchSize: 10, signal: stop.signal })) {
        seen += batch.rows.length;
        stop.abort();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "interrupted" });
    await expect(reading()).rejects.toMatchObject({ code: "interrupted" });
    expect(seen).toBeLessThan(1_000);
    expect((await readAll(extractor, extract)).rows).toHaveLength(1_000);
  },
};

export const readsInterleave: ExtractorBehaviour = {
  promise: "reads several extracts at the same time",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    const first = extractor.read(extract, { batchSize: 10 })[Symbol.asyncIterator]();
    const second = extractor.read(extract, { batchSize: 20 })[Symbol.asyncIterator]();
    expect(ids((await first.next()).value!.rows)[0]).toBe(1);
    expect(ids((await second.next()).value!.rows)[0]).toBe(1);
    expect(ids((await first.next()).value!.rows)[0]).toBe(11);
    expect(await extractor.count(extract)).toBe(1_000);
    expect(ids((await second.next()).value!.rows)[0]).toBe(21);
    await first.return?.();
    await second.return?.();
  },
};
