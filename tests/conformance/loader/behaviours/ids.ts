import { expect } from "vitest";
import { column, id } from "../../values.js";
import { inserted, type LoaderBehaviour } from "../room.js";

const columns = [id, column("name", "text", { maxLength: 50 })];

export const idsAreGivenOnce: LoaderBehaviour = {
  promise: "gives every id once, to whomever asks at the same time",
  async prove(room) {
    const table = await room.make(columns, { id: "id" });
    const loaders = await Promise.all([room.open(), room.open(), room.open()]);
    const taken = await Promise.all(
      loaders.flatMap((loader) =>
        [10, 1, 25].map(async (count) => {
          const first = await loader.reserve(table, count);
          return Array.from({ length: count }, (_, i) => first + i);
        }),
      ),
    );
    expect(new Set(taken.flat()).size).toBe(3 * 36);
    await expect(loaders[0]!.reserve(table, 0)).rejects.toBeInstanceOf(RangeError);
  },
};

export const ownIdsAreTaken: LoaderBehaviour = {
  promise: "writes ids that are given, of 64 bits and below zero too, few and many",
  async prove(room) {
    const table = await room.make(columns, { id: "id" });
    const loader = await room.open();
    const ids = [-5, 1, 2n ** 40n, 2n ** 53n + 1n];
    await loader.apply(
      inserted(
        table,
        ids.map((n) => [n, `own ${n}`]),
      ),
    );
    const first = 10_000;
    await loader.apply(
      inserted(
        table,
        Array.from({ length: 2_500 }, (_, i) => [first + i, `many ${i}`]),
      ),
    );
    const found = await loader.find(
      table,
      ["id"],
      ids.map((n) => [n]),
      ["id", "name"],
    );
    expect(new Map(found.map((row) => [String(row["id"]), row["name"]]))).toEqual(
      new Map(ids.map((n) => [String(n), `own ${n}`])),
    );
    expect((await room.look(table)).length).toBe(2_504);
  },
};

export const othersGoOn: LoaderBehaviour = {
  promise:
    "leaves the target able to go on: rows that others write have ids past all that were reserved or given",
  async prove(room) {
    const table = await room.make(columns, { id: "id" });
    const loader = await room.open();
    await room.target.write(table, ["name"], [["before"]]);
    const first = await loader.reserve(table, 3_000);
    await room.target.write(table, ["name"], [["between"]]);
    await loader.apply(
      inserted(
        table,
        Array.from({ length: 3_000 }, (_, i) => [first + i, `row ${i}`]),
      ),
    );
    const far = first + 50_000;
    await loader.apply(inserted(table, [[far, "far"]]));
    await room.target.write(table, ["name"], [["after"]]);
    const seen = new Map((await room.look(table)).map(([n, name]) => [name, Number(n)]));
    expect(seen.size).toBe(3_004);
    expect(seen.get("before")).toBeLessThan(first);
    expect(seen.get("between")).toBeGreaterThanOrEqual(first + 3_000);
    expect(seen.get("after")).toBeGreaterThan(far);
  },
};
