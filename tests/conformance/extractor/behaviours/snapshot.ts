import { expect } from "vitest";
import { column, id } from "../../values.js";
import { readAll } from "../reading.js";
import type { ExtractorBehaviour, ReadingRoom, Rows } from "../room.js";

const columns = [id, column("value", "text")];
const rows = (value: string, count: number): Rows => Array.from({ length: count }, (_, i) => [i + 1, value]);
const before = rows("before", 3_000);
const after = rows("after", 3_100);

/** Two tables, of which the second is first read when another program has changed both. */
async function changedWhileRead(room: ReadingRoom) {
  const one = await room.put(columns, before);
  const two = await room.put(columns, before);
  const extractor = await room.open();
  // A medium that looks at a file when it is first asked has to have been asked.
  expect(await extractor.count(two)).toBe(3_000);
  const values = new Set<unknown>();
  let seen = 0;
  for await (const batch of extractor.read(one, { batchSize: 100 })) {
    if (seen === 0) for (const extract of [one, two]) await room.change(extract, after);
    seen += batch.rows.length;
    for (const row of batch.rows) values.add(row[1]);
  }
  return { extractor, one, two, seen, values };
}

export const oneStateIsSeen: ExtractorBehaviour = {
  promise: "sees one state of the source while others write it, or stops: never a mixture",
  async prove(room) {
    const changed = changedWhileRead(room);
    if (room.medium.whenChanged === "stops with an error") {
      await expect(changed).rejects.toMatchObject({ code: "source-unreadable", exitStatus: 3 });
      return;
    }
    const { extractor, one, two, seen, values } = await changed;
    expect([seen, [...values]]).toEqual([3_000, ["before"]]);
    expect(await extractor.count(one)).toBe(3_000);
    const second = await readAll(extractor, two);
    expect([second.rows.length, new Set(second.rows.map((row) => row[1]))]).toEqual([
      3_000,
      new Set(["before"]),
    ]);
    expect(await (await room.open()).count(one)).toBe(3_100);
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
