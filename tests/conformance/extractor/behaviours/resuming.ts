import type { Extractor, ExtractSpec, SourceBatch, SourceValue } from "@cutover/model";
import { expect } from "vitest";
import { column, id } from "../../values.js";
import type { ExtractorBehaviour, ReadingRoom } from "../room.js";

const columns = [id, column("value", "text")];
const rows = Array.from({ length: 977 }, (_, i) => ((i * 389) % 977) + 1).map((n) => [n, `row ${n}`]);
const some = (room: ReadingRoom) => room.put(columns, rows);

type Numbered = readonly [at: number, row: readonly SourceValue[]];

async function read(
  extractor: Extractor,
  extract: ExtractSpec,
  batchSize: number,
  after?: string,
): Promise<{ readonly batches: readonly SourceBatch[]; readonly rows: readonly Numbered[] }> {
  const batches: SourceBatch[] = [];
  for await (const batch of extractor.read(extract, { batchSize, after })) batches.push(batch);
  return {
    batches,
    rows: batches.flatMap((batch) => batch.rows.map((row, i) => [batch.at[i]!, row] as const)),
  };
}

export const readingGoesOn: ExtractorBehaviour = {
  promise: "goes on after any batch: what comes then, at the same numbers, whatever the batch",
  async prove(room) {
    const extract = await some(room);
    const extractor = await room.open();
    expect(extractor.capabilities.resumes).toBe(true);
    const whole = await read(extractor, extract, 100);
    let before = 0;
    for (const [n, batch] of whole.batches.entries()) {
      before += batch.rows.length;
      const resumed = await read(extractor, extract, [7, 100, 5_000][n % 3]!, batch.token!);
      expect(resumed.rows).toEqual(whole.rows.slice(before));
      // One that goes on can be gone on from.
      const [next] = resumed.batches;
      const again = next === undefined ? [] : (await read(extractor, extract, 50, next.token!)).rows;
      expect(again).toEqual(whole.rows.slice(before + (next?.rows.length ?? 0)));
    }
    // The last of them had nothing after it.
    expect(before).toBe(whole.rows.length);
    expect(await extractor.count(extract)).toBe(977);
  },
};

const refused = {
  name: "CutoverError",
  stage: "extract",
  message: expect.stringContaining("token") as string,
};

export const otherTokensAreRefused: ExtractorBehaviour = {
  promise: "refuses to go on where a token is of another extract, of a state that is gone, or nonsense",
  async prove(room) {
    const extract = await some(room);
    const other = await some(room);
    const extractor = await room.open();
    const { token } = (await read(extractor, extract, 100)).batches[3]!;
    expect(token).toBeTypeOf("string");
    const wrong = [
      "",
      "[]",
      "null",
      "300",
      token!.slice(1),
      token!.replace(/\d+/, "x"),
      `${token!.slice(0, -1)},1]`,
    ];
    for (const nonsense of wrong) {
      await expect(read(extractor, extract, 100, nonsense)).rejects.toMatchObject(refused);
    }
    await expect(read(extractor, other, 100, token)).rejects.toMatchObject(refused);
    expect((await read(extractor, extract, 100, token)).rows).toHaveLength(577);

    await room.change(extract, rows.slice(0, 500));
    await extractor.release?.();
    await expect(read(extractor, extract, 100, token)).rejects.toMatchObject(refused);
    expect((await read(extractor, extract, 100)).rows).toHaveLength(500);
  },
};
