import type { Loader, SourceValue, TableSpec, TargetValue, Update } from "@cutover/model";
import { expect } from "vitest";
import { column, id } from "../../values.js";
import { batch, inserted, type LoaderBehaviour } from "../room.js";

const columns = [
  id,
  column("name", "text", { maxLength: 50 }),
  column("amount", "float"),
  column("day", "date"),
  column("note", "text"),
];
const names = columns.map(({ name }) => name);

const row = (n: number): TargetValue[] => [n, `row ${n}\\\t'`, n + 0.5, "2024-02-29", n % 2 ? null : "é"];

/** Rows by their ids, in that order: none is promised. */
async function found(loader: Loader, table: TableSpec, ids: readonly number[]): Promise<TargetValue[][]> {
  const rows = await loader.find(
    table,
    ["id"],
    ids.map((n) => [n]),
    names,
  );
  return rows
    .map((one) => names.map((name): SourceValue => one[name] ?? null))
    .toSorted(([a], [b]) => Number(a) - Number(b));
}

export const ownWritesAreRecognized: LoaderBehaviour = {
  promise: "tells after a crash which of its rows were written, so that nothing is written twice",
  async prove(room) {
    const table = await room.make(columns, { id: "id" });
    // No close until the end of the test: what a killed process leaves behind.
    const killed = await room.target.open();
    const first = await killed.reserve(table, 6);
    const ids = Array.from({ length: 6 }, (_, i) => first + i);
    await killed.apply(inserted(table, ids.slice(0, 3).map(row)));
    const refused = [...ids.slice(3).map(row), [...row(99).slice(0, 1), "x".repeat(51), null, null, null]];
    await expect(killed.apply(inserted(table, refused))).rejects.toMatchObject({ name: "RowRejected" });

    const loader = await room.open();
    expect(["reserved-id", "natural-key"]).toContain(loader.capabilities.recognizes);
    const by = loader.capabilities.recognizes === "reserved-id" ? "id" : "name";
    const keys = ids.map((n) => [by === "id" ? n : row(n)[1]!]);
    const known = await loader.find(table, [by], keys, ["id"]);
    expect(known.map((one) => Number(one["id"])).toSorted((x, y) => x - y)).toEqual(ids.slice(0, 3));
    expect(await found(loader, table, ids)).toEqual(ids.slice(0, 3).map(row));
    // Ids are given once, also those of rows that were never written.
    expect(await loader.reserve(table, 1)).toBeGreaterThan(first + 5);
    await loader.apply(inserted(table, ids.slice(3).map(row)));
    expect((await room.look(table)).map(([n]) => n)).toEqual(ids.map(String));
    await killed.close();
  },
};

export const repeatingChangesNothing: LoaderBehaviour = {
  promise: "changes nothing where the same is applied again",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(inserted(table, [1, 2, 3].map(row)));
    const updates: Update[] = [1, 2, 3].map((n) => ({
      table,
      where: { id: n },
      set: Object.fromEntries(names.slice(1).map((name, i) => [name, row(n + 1)[i + 1]!])),
    }));
    await loader.apply(batch({ updates }));
    await loader.apply(batch({ updates }));
    const again = await room.open();
    await again.apply(batch({ updates: updates.slice(0, 1) }));
    expect((await found(again, table, [1, 2, 3])).map((one) => one.slice(1))).toEqual(
      [2, 3, 4].map((n) => row(n).slice(1)),
    );
    await again.apply(batch({ deletes: [{ table, where: { id: 1 } }] }));
    const gone = batch({ deletes: [{ table, where: { id: 1 } }] });
    await expect(again.apply(gone)).rejects.toMatchObject({ driverCode: "row-count" });
    expect((await room.look(table)).map(([n]) => n)).toEqual(["2", "3"]);
  },
};

export const undoneIsAsBefore: LoaderBehaviour = {
  promise: "takes back what it wrote: rows are as they were, to the character",
  async prove(room) {
    expect((await room.open()).capabilities.undo).toBe("full");
    const table = await room.make(columns);
    const one = await room.open();
    await one.apply(inserted(table, [1, 2, 3, 4, 5].map(row)));
    const before = await room.look(table);

    const loader = await room.open();
    const image = await found(loader, table, [1, 2, 3]);
    const set = { name: "changed", amount: 9, day: null, note: "\\N" };
    await loader.apply(
      batch({
        inserts: inserted(table, [10, 11, 12].map(row)).inserts,
        updates: [1, 2].map((n) => ({ table, where: { id: n }, set })),
        deletes: [{ table, where: { id: 3 } }],
      }),
    );
    const inverse = batch({
      inserts: inserted(
        table,
        image.filter(([n]) => n === 3),
      ).inserts,
      updates: image
        .filter(([n]) => n !== 3)
        .map(([n, ...values]) => ({
          table,
          where: { id: n!, name: "changed" },
          set: Object.fromEntries(names.slice(1).map((name, i) => [name, values[i]!])),
        })),
      deletes: [10, 11, 12].map((n) => ({ table, where: { id: n } })),
    });
    await loader.apply(inverse);
    expect(await room.look(table)).toEqual(before);
  },
};

export const othersEditsAreKept: LoaderBehaviour = {
  promise: "changes a row only where it is as it was seen",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(inserted(table, [1, 2].map(row)));
    await loader.apply(batch({ updates: [{ table, where: { id: 1 }, set: { note: "by a person" } }] }));
    const change = { table, where: { id: 1, note: null }, set: { note: "ours" } };
    const remove = { table, where: { id: 1, note: null } };
    for (const part of [{ updates: [change] }, { deletes: [remove] }]) {
      await expect(loader.apply(batch(part))).rejects.toMatchObject({ driverCode: "row-count" });
    }
    expect((await room.look(table))[0]?.[4]).toBe("by a person");
  },
};
