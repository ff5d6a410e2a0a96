import { expect } from "vitest";
import { column, id } from "../../values.js";
import { readAll } from "../reading.js";
import type { ExtractorBehaviour, ReadingRoom, Rows } from "../room.js";

const columns = [id, column("value", "text")];
const rows = (value: string, count: number): Rows => Array.from({ length: count }, (_, i) => [i + 1, value]);
const before = rows("before", 3_000);
const after = rows("after", 3_100);

/** Two tables, of which the second is read when another program has changed both. */
async function readWhileOthersWrite(
  room: ReadingRoom,
  seen: Record<"one" | "two", unknown[]>,
): Promise<void> {
  const one = await room.put(columns, before);
  const two = await room.put(columns, before);
  const extractor = await room.open();
  // A medium that looks at a file when it is first asked has to have been asked.
  expect(await extractor.count(two)).toBe(3_000);
  for await (const batch of extractor.read(one, { batchSize: 100 })) {
    if (seen.one.length === 0) for (const extract of [one, two]) await room.change(extract, after);
    seen.one.push(...batch.rows.map((row) => row[1]));
  }
  for await (const batch of extractor.read(two)) seen.two.push(...batch.rows.map((row) => row[1]));
  expect(await extractor.count(one)).toBe(3_000);
  expect(await (await room.open()).count(one)).toBe(3_100);
}

export const oneStateIsSeen: ExtractorBehaviour = {
  promise: "sees one state of the source while others write it, or stops: never a mixture",
  async prove(room) {
    const seen = { one: [], two: [] };
    const reading = readWhileOthersWrite(room, seen);
    if (room.medium.whenChanged === "stops with an error") {
      await expect(reading).rejects.toMatchObject({ code: "source-unreadable", exitStatus: 3 });
      expect(new Set(seen.one)).toEqual(new Set(["before"]));
      expect(seen.two).toEqual([]);
      return;
    }
    await reading;
    for (const values of [seen.one, seen.two]) {
      expect([values.length, new Set(values)]).toEqual([3_000, new Set(["before"])]);
    }
  },
};

export const newStateIsSeen: ExtractorBehaviour = {
  promise: "sees the source as it is then, after it has let go of the state it read",
  async prove(room) {
    const extract = await room.put(columns, before);
    const extractor = await room.open();
    expect((await readAll(extractor, extract)).rows).toHaveLength(3_000);
    await room.change(extract, after);
    await extractor.release?.();
    const { rows } = await readAll(extractor, extract);
    expect([rows.length, rows[0]?.[1]]).toEqual([3_100, "after"]);
    expect(await extractor.count(extract)).toBe(3_100);
    const [row] = await extractor.query(`SELECT COUNT(*) AS "count" FROM ${extract.name}`, [extract]);
    expect(Number(row?.["count"])).toBe(3_100);
  },
};
