import { expect } from "vitest";
import { column, id } from "../../values.js";
import { batch, inserted, type LoaderBehaviour } from "../room.js";

const odd = ["order", "User Name", "it's", 'a "b"', "x.y", "größe", "漢字", "a?b", "$1", 'a" as b.c?', "`x`"];

export const namesAreNames: LoaderBehaviour = {
  promise: "takes any name of a column for a name: reserved words, quotes, dots, spaces",
  async prove(room) {
    const table = await room.make([id, ...odd.map((name) => column(name, "text", { maxLength: 50 }))]);
    const loader = await room.open();
    const values = odd.map((name) => `the ${name}`);
    await loader.apply(
      inserted(
        table,
        Array.from({ length: 2_000 }, (_, i) => [i + 1, ...values]),
      ),
    );
    const where = Object.fromEntries(odd.map((name, i) => [name, values[i]!]));
    await loader.apply(
      batch({
        updates: [1, 2].map((n) => ({
          table,
          where: { id: n, ...where },
          set: Object.fromEntries(odd.map((name) => [name, `new ${name}`])),
        })),
        deletes: [3, 4].map((n) => ({ table, where: { id: n, ...where } })),
      }),
    );
    const [found] = await loader.find(table, odd, [odd.map((name) => `new ${name}`)], odd);
    expect(found).toEqual(Object.fromEntries(odd.map((name) => [name, `new ${name}`])));
    expect(await loader.present(table, odd[3]!, ["the a", `the ${odd[3]}`])).toEqual([`the ${odd[3]}`]);
    const seen = await room.look(table);
    expect(seen.length).toBe(1_998);
    expect(seen[2]?.slice(1)).toEqual(values);
  },
};

export const columnsAreTold: LoaderBehaviour = {
  promise: "tells the columns there really are, and says which are missing",
  async prove(room) {
    const table = await room.make([
      id,
      column("name", "text", { maxLength: 20, nullable: false }),
      column("n", "integer"),
    ]);
    const loader = await room.open();
    const told = (await loader.describe([table])).get(table.name)!;
    expect(told.map(({ name, type, nullable, maxLength }) => [name, type, nullable, maxLength])).toEqual([
      ["id", "integer", false, undefined],
      ["name", "text", false, 20],
      ["n", "integer", true, undefined],
    ]);
    expect(loader.capabilities).toEqual(room.medium.capabilities);
    const wrong = batch({ inserts: [{ table, columns: ["id", "nmae"], rows: [[1, "x"]] }] });
    await expect(loader.apply(wrong)).rejects.toMatchObject({ code: "target-schema" });
    await expect(loader.find(table, ["nmae"], [["x"]], ["id"])).rejects.toMatchObject({
      code: "target-schema",
    });
    expect(await room.look(table)).toEqual([]);
  },
};

export const missingTablesAreTold: LoaderBehaviour = {
  promise: "tells no columns of a table that does not exist, and refuses to write it",
  async prove(room) {
    const table = await room.make([id]);
    const loader = await room.open();
    const missing = { ...table, name: "nowhere", table: "nowhere" };
    expect((await loader.describe([table, missing])).get("nowhere")).toEqual([]);
    await expect(loader.apply(inserted(missing, [[1]]))).rejects.toMatchObject({ code: "target-schema" });
  },
};
