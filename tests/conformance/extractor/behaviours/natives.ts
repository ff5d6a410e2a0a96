import { expect } from "vitest";
import { column, comparableRows, id } from "../../values.js";
import { readAll } from "../reading.js";
import type { ExtractorBehaviour } from "../room.js";

export const nativeTypesAreRead: ExtractorBehaviour = {
  promise: "reads the types that only it has, at their edges",
  async prove(room) {
    const { natives = [] } = room.medium;
    expect(natives).not.toEqual([]);
    const spec = await room.source.makeNatives!("natives", natives);
    const columns = [id, ...natives.map((native, i) => column(`c${i}`, native.column.type))];
    const { rows } = await readAll(await room.open(), { name: "natives", key: ["id"], columns, ...spec });
    const longest = Math.max(...natives.map(({ values }) => values.length));
    const wanted = Array.from({ length: longest }, (_, row) => [
      row + 1,
      ...natives.map(({ values }) => values[row]?.[1] ?? null),
    ]);
    const shown = comparableRows(rows, columns);
    // One type at a time, so that a failure names it.
    natives.forEach(({ declared }, i) => {
      const read = shown.map((row) => row[i + 1]);
      expect({ declared, read }).toEqual({
        declared,
        read: comparableRows(wanted, columns).map((row) => row[i + 1]),
      });
    });
  },
};
