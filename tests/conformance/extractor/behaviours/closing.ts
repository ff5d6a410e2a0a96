import { expect } from "vitest";
import { column, id } from "../../values.js";
import { readAll } from "../reading.js";
import type { ExtractorBehaviour, ReadingRoom } from "../room.js";

const columns = [id, column("value", "text")];
const some = (room: ReadingRoom) =>
  room.put(
    columns,
    Array.from({ length: 5_000 }, (_, i) => [i + 1, `row ${i} `.padEnd(500, ".")]),
  );

export const closingLetsGo: ExtractorBehaviour = {
  promise: "holds nothing of the source once it is closed, also in the midst of a read, also twice",
  async prove(room) {
    const extract = await some(room);
    const idle = await room.open();
    await idle.close();
    const extractor = await room.open();
    await extractor.count(extract);
    await extractor.query("SELECT 1 AS one", []);
    const reading = extractor.read(extract, { batchSize: 10 })[Symbol.asyncIterator]();
    expect((await reading.next()).value?.rows).toHaveLength(10);
    await extractor.close();
    await extractor.close();
    await reading.return?.();
    await expect.poll(() => room.source.held()).toBe(0);
  },
};

export const cutOffIsNoEnd: ExtractorBehaviour = {
  promise: "ends a read with an error where it is closed before the last row",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    let seen = 0;
    const reading = async (): Promise<void> => {
      for await (const batch of extractor.read(extract, { batchSize: 10 })) {
        seen += batch.rows.length;
        await extractor.close();
      }
    };
    await expect(reading()).rejects.toMatchObject({ name: "CutoverError" });
    expect(seen).toBeLessThan(5_000);
    await expect.poll(() => room.source.held()).toBe(0);
  },
};

export const closedIsClosed: ExtractorBehaviour = {
  promise: "refuses to be used after it was closed",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    await extractor.close();
    await expect(extractor.count(extract)).rejects.toMatchObject({ code: "internal" });
    await expect(extractor.columns(extract)).rejects.toMatchObject({ code: "internal" });
    await expect(readAll(extractor, extract)).rejects.toMatchObject({ code: "internal" });
    await expect(extractor.query("SELECT 1 AS one", [])).rejects.toMatchObject({ code: "internal" });
    await expect.poll(() => room.source.held()).toBe(0);
  },
};

export const errorsLetGo: ExtractorBehaviour = {
  promise: "fails with a code where there is nothing to read, goes on, and lets go of all when it is closed",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    const missing = { ...extract, name: "missing", options: room.source.missing() };
    for (const failing of [
      () => readAll(extractor, missing),
      () => extractor.count(missing),
      () => extractor.columns(missing),
      () => extractor.query("SELECT nothing FROM secret_nowhere", []),
    ]) {
      const error: unknown = await failing().catch((e: unknown) => e);
      expect(error).toMatchObject({ name: "CutoverError", stage: "extract" });
      expect((error as Error).message).not.toContain("SELECT");
    }
    expect((await readAll(extractor, extract)).rows).toHaveLength(5_000);
    await extractor.close();
    await expect.poll(() => room.source.held()).toBe(0);
  },
};
