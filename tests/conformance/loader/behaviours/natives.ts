import { RowRejected } from "@cutover/model";
import { expect } from "vitest";
import { comparable } from "../../values.js";
import { batch, type LoaderBehaviour } from "../room.js";

export const nativeTypesAreWritten: LoaderBehaviour = {
  promise: "writes the types that only it has, at their edges, and refuses what they do not hold",
  async prove(room) {
    const { natives = [] } = room.medium;
    expect(natives).not.toEqual([]);
    const table = await room.target.makeNatives!("natives", natives);
    const loader = await room.open();
    let id = 0;
    for (const [i, { declared, values, column }] of natives.entries()) {
      for (const [given, found] of values) {
        // Alone, and among others that are the same: for many rows media have other ways.
        for (const size of [1, 1_200]) {
          const rows = Array.from({ length: size }, () => [++id, given]);
          const insert = batch({ inserts: [{ table, columns: ["id", `c${i}`], rows }] });
          const outcome: unknown = await loader.apply(insert).catch((e: unknown) => e);
          if (found === "refused") {
            expect({ declared, given, size, outcome: outcome instanceof RowRejected }).toEqual({
              declared,
              given,
              size,
              outcome: true,
            });
            continue;
          }
          expect({ declared, given, size, outcome }).toEqual({ declared, given, size, outcome: undefined });
          const [row] = await loader.find(table, ["id"], [[id]], [`c${i}`]);
          expect({ declared, given, found: comparable(row?.[`c${i}`], column.type) }).toEqual({
            declared,
            given,
            found: comparable(found, column.type),
          });
        }
      }
    }
  },
};
