import type { ColumnType, SourceValue, TargetValue } from "@cutover/model";
import { expect } from "vitest";
import { column, comparableRows, edges, id, texts } from "../../values.js";
import { inserted, type LoaderBehaviour } from "../room.js";

const types = [
  "text",
  "integer",
  "float",
  "boolean",
  "date",
  "time",
  "bytes",
] as const satisfies ColumnType[];
const odd = 'a "b" of x.y';
const columns = [id, column("n", "integer"), column(odd, "text"), ...types.map((type) => column(type, type))];
const names = columns.map(({ name }) => name);

const values: Readonly<Record<(typeof types)[number], readonly SourceValue[]>> = {
  ...edges,
  text: [...texts.unicode, ...texts.escapes, ...texts.quotes, ...texts.lines],
};

/** A row of an id: every seventh has no number, the others share theirs with some. */
const row = (key: number): TargetValue[] => [
  key,
  key % 7 === 0 ? null : Math.floor(key / 3),
  key % 4 === 0 ? null : `text ${key}`,
  ...types.map((type) => values[type][Math.abs(key) % values[type].length]!),
];

export const rangesAreRead: LoaderBehaviour = {
  promise: "reads the rows of a range of numbers, both ends included, in the order of the numbers",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    // Not in their order, and with holes between.
    const keys = Array.from({ length: 3_001 }, (_, i) => (((i * 1_009) % 3_001) - 1_500) * 2);
    await loader.apply(inserted(table, keys.map(row)));
    const between = (by: string, least: number, greatest: number, wanted: readonly string[]) =>
      loader.between!(table, by, [least, greatest], wanted);
    const inOrder = keys.toSorted((a, b) => a - b);
    for (const [least, greatest] of [
      [-10, 10],
      [-11, 9],
      [2_998, 1e15],
      [4, 4],
      [-1e6, 1e6],
    ] as const) {
      const expected = inOrder.filter((key) => key >= least && key <= greatest);
      expect(expected).not.toEqual([]);
      const read = await between("id", least, greatest, names);
      expect(comparableRows(read, columns)).toEqual(
        comparableRows(expected.map(row) as SourceValue[][], columns),
      );
    }
    for (const [least, greatest] of [
      [5, 5],
      [10, -10],
      [3_001, 2 ** 53 - 1],
    ] as const) {
      expect(await between("id", least, greatest, ["id"])).toEqual([]);
    }
    // Columns in the order that was asked for; what has no number lies in no range.
    const byNumber = await between("n", -2, 2, [odd, "n", "id"]);
    const expected = keys.filter((key) => key % 7 !== 0 && key >= -6 && key <= 8);
    expect(byNumber.map(([, , key]) => Number(key)).toSorted((a, b) => a - b)).toEqual(
      expected.toSorted((a, b) => a - b),
    );
    expect(byNumber.map(([, n]) => n)).toEqual(byNumber.map(([, , key]) => Math.floor(Number(key) / 3)));
    expect(byNumber.map(([, n]) => Number(n))).toEqual(
      byNumber.map(([, n]) => Number(n)).toSorted((a, b) => a - b),
    );
    expect(byNumber.map(([text]) => text)).toEqual(byNumber.map(([, , key]) => row(Number(key))[2]));

    // What others write is seen as well.
    await room.target.write(table, ["id", "n"], [[5, 1]]);
    expect(await between("id", 5, 5, ["n", "id"])).toEqual([[1, 5]]);
    await expect(between("nowhere", 1, 2, ["id"])).rejects.toMatchObject({ name: "CutoverError" });
    await expect(between("id", 1, 2, ["nowhere"])).rejects.toMatchObject({ name: "CutoverError" });
    await loader.close();
    await expect(between("id", 1, 2, ["id"])).rejects.toMatchObject({ code: "internal" });
  },
};

export const rowsAreCounted: LoaderBehaviour = {
  promise: "counts a table's rows, also those of others",
  async prove(room) {
    const table = await room.make([id, column("name", "text")], { id: "id" });
    const loader = await room.open();
    expect(await loader.count!(table)).toBe(0);
    const rows = Array.from({ length: 2_500 }, (_, i) => [i + 1, i % 2 === 0 ? null : "x"]);
    await loader.apply(inserted(table, rows));
    expect(await loader.count!(table)).toBe(2_500);
    await room.target.write(table, ["name"], [["by others"], [null]]);
    expect(await loader.count!(table)).toBe(2_502);
    await loader.close();
    await expect(loader.count!(table)).rejects.toMatchObject({ code: "internal" });
  },
};
