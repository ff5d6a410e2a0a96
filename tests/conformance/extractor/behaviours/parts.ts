import { expect } from "vitest";
import type { Extractor, ExtractSpec, Narrow, SourceValue } from "@cutover/model";
import { column, id } from "../../values.js";
import type { ExtractorBehaviour } from "../room.js";

const texts = ["plain", "it's", "back\\slash", 'quo"te', "żółw 🐢", "a|b"];
const columns = [id, column("text", "text"), column("stamp", "integer"), column("day", "date")];
const rows = texts.map((text, i) => [i + 1, text, i === 2 ? null : i * 10, `2024-01-0${i + 1}`]);

async function part(
  extractor: Extractor,
  extract: ExtractSpec,
  narrow: Narrow,
): Promise<readonly (readonly SourceValue[])[]> {
  const read: (readonly SourceValue[])[] = [];
  for await (const batch of extractor.read(extract, { narrow, batchSize: 2 })) read.push(...batch.rows);
  return read;
}

export const partsAreRead: ExtractorBehaviour = {
  promise: "reads only the rows and columns that are asked for",
  async prove(room) {
    const extract = await room.put(columns, rows.toReversed());
    const extractor = await room.open();
    const of = async (narrow: Narrow): Promise<unknown[]> =>
      (await part(extractor, extract, narrow)).map(([n]) => Number(n));
    // What has no value may have changed as well.
    expect(await of({ since: { column: "stamp", value: 30 } })).toEqual([3, 4, 5, 6]);
    expect(await of({ since: { column: "day", value: "2024-01-05" } })).toEqual([5, 6]);
    expect(await of({ since: { column: "stamp", value: 99 } })).toEqual([3]);
    expect(await of({ keys: { columns: ["id"], values: [[4], [77], [1]] } })).toEqual([1, 4]);
    expect(await of({ keys: { columns: ["text"], values: texts.map((text) => [text]) } })).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    const pairs = [
      [2, "it's"],
      [3, "it's"],
      [4, 'quo"te'],
    ];
    expect(await of({ keys: { columns: ["id", "text"], values: pairs } })).toEqual([2, 4]);
    expect(await of({ keys: { columns: ["id"], values: [] } })).toEqual([]);
    const ranges = [
      [null, 20, [1, 2, 3]],
      [20, 40, [4, 5]],
      [40, null, [6]],
      [null, null, [1, 2, 3, 4, 5, 6]],
    ] as const;
    for (const [above, upto, ids] of ranges) {
      const range = { column: "stamp", above, upto };
      expect(await of({ range })).toEqual(ids);
      expect(await extractor.count(extract, { range })).toBe(ids.length);
    }
    expect(await part(extractor, extract, { only: ["text", "id"] })).toEqual(
      texts.map((text, i) => [text, i + 1]),
    );
  },
};
