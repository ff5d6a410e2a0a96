import type { ColumnType, TargetValue } from "@cutover/model";
import { expect } from "vitest";
import { column, comparable, edges, id } from "../../values.js";
import { batch, inserted, type LoaderBehaviour } from "../room.js";

/** Rows a batch: one that is written row by row, and one for which a medium takes its fast path. */
const sizes = [1, 3_000];

/** How another program sees a value: its text. */
const shown = (value: TargetValue | undefined): string | null => {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
};

const findable: ReadonlySet<ColumnType> = new Set(["text", "integer", "decimal", "boolean", "date", "time"]);

/** Values at a type's edges are written as they are: new and changed, few and many. */
export const typeIsWritten = (type: ColumnType, promise: string): LoaderBehaviour => ({
  promise,
  async prove(room) {
    for (const size of sizes) {
      const values: readonly TargetValue[] = [...edges[type], null];
      const table = await room.make([id, column("value", type), column("changed", type)]);
      const loader = await room.open();
      const count = Math.max(size, values.length);
      const rows = Array.from({ length: count }, (_, i) => [i + 1, values[i % values.length]!]);
      await loader.apply(
        inserted(
          table,
          rows.map(([n, value]) => [n!, value!, null]),
        ),
      );
      await loader.apply(
        batch({
          updates: rows.map(([n, value]) => ({ table, where: { id: n! }, set: { changed: value! } })),
        }),
      );
      const keys = rows.map(([n]) => [n!]);
      const found = await loader.find(table, ["id"], keys, ["id", "value", "changed"]);
      const byId = new Map(found.map((row) => [row["id"], row]));
      const read = rows.map(([n]) =>
        ["value", "changed"].map((name) => comparable(byId.get(Number(n))?.[name], type)),
      );
      expect(read).toEqual(rows.map(([, value]) => [comparable(value, type), comparable(value, type)]));
      if (findable.has(type)) {
        for (const value of edges[type]) {
          const same = await loader.find(table, ["value"], [[value]], ["id"]);
          expect({ value, count: same.length }).toEqual({
            value,
            count: rows.filter((row) => row[1] === value).length,
          });
        }
      }
      const seen = (await room.look(table)).map((row) => row.slice(1));
      // What a value is, however it is spelled.
      const text = (value: string | null | undefined): unknown => {
        if (value == null) return null;
        return type === "json" ? (JSON.parse(value) as unknown) : type === "float" ? Number(value) : value;
      };
      expect(seen.map((row) => row.map(text))).toEqual(
        rows.map(([, value]) => [text(shown(value)), text(shown(value))]),
      );
    }
  },
});
