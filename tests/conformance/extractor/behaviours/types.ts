import type { ColumnType } from "@cutover/model";
import { expect } from "vitest";
import { column, comparableRows, edges, id } from "../../values.js";
import { expected, readAll } from "../reading.js";
import type { ExtractorBehaviour } from "../room.js";

/** Values at a type's edges are read as they are. */
export const typeIsRead = (type: ColumnType, promise: string): ExtractorBehaviour => ({
  promise,
  async prove(room) {
    const rows = edges[type].map((value, i) => [i + 1, value]);
    const extract = await room.put([id, column("value", type)], rows);
    const { rows: read, rejected } = await readAll(await room.open(), extract);
    expect(rejected).toEqual([]);
    expect(comparableRows(read, extract.columns)).toEqual(expected(room.medium, extract, rows));
    for (const [, value] of read) {
      // What is exact in a number is a number, what is not is a bigint or a text.
      if (typeof value === "bigint") expect(Number.isSafeInteger(Number(value))).toBe(false);
      if (typeof value === "number") expect(type === "float" || Number.isSafeInteger(value)).toBe(true);
    }
  },
});
