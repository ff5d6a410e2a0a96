import { expect } from "vitest";
import { column, id } from "../../values.js";
import { inserted, type LoaderBehaviour } from "../room.js";

const columns = [id, column("name", "text", { maxLength: 20 }), column("n", "integer")];

export const rowsAreFound: LoaderBehaviour = {
  promise: "finds rows by several columns, by no value, and nothing by what a column cannot hold",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(
      inserted(table, [
        [1, "a", 1],
        [2, "a", null],
        [3, null, 3],
        [4, null, null],
        [5, "b", 5],
      ]),
    );
    const found = async (by: readonly string[], keys: readonly (readonly (string | number | null)[])[]) =>
      (await loader.find(table, by, keys, ["id"])).map((row) => Number(row["id"])).toSorted((x, y) => x - y);
    expect(
      await found(
        ["name", "n"],
        [
          ["a", 1],
          ["a", null],
          [null, null],
          ["b", 6],
        ],
      ),
    ).toEqual([1, 2, 4]);
    expect(await found(["n"], [["5"], [5], [null]])).toEqual([2, 4, 5]);
    expect(await found(["n"], [["no number"], ["1 OR 1=1"], ["5.5"]])).toEqual([]);
    expect(await found(["name"], [["' OR ''='"], ["x".repeat(500)], ["%"], ["_"]])).toEqual([]);
    expect(await found(["name"], [])).toEqual([]);
    expect(await loader.find(table, ["id"], [[1]], [])).toEqual([{}]);
  },
};

export const presentValuesAreTold: LoaderBehaviour = {
  promise: "tells which of many values a column holds, each once",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    const rows = Array.from({ length: 3_000 }, (_, i) => [i + 1, i % 3 === 0 ? "fizz" : null, i % 5]);
    await loader.apply(inserted(table, rows));
    const asked = Array.from({ length: 5_000 }, (_, i) => i - 10);
    const found = await loader.present(table, "n", [...asked, null, "no number"]);
    expect(found.map(Number).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(await loader.present(table, "name", ["buzz", "fizz"])).toEqual(["fizz"]);
    expect(await loader.present(table, "name", [])).toEqual([]);
  },
};

export const othersTablesAreTold: LoaderBehaviour = {
  promise: "tells the tables of others that have a column and rows",
  async prove(room) {
    const full = await room.make([id, column("hangs_on", "integer")]);
    const empty = await room.make([id, column("hangs_on", "integer")]);
    const loader = await room.open();
    await loader.apply(inserted(full, [[1, 1]]));
    const told = await loader.tablesWithColumn("things_", ["hangs_on", "nowhere"]);
    expect(told).toContainEqual({ table: full.table, column: "hangs_on" });
    expect(told).not.toContainEqual({ table: empty.table, column: "hangs_on" });
    expect(await loader.tablesWithColumn("other_", ["hangs_on"])).toEqual([]);
  },
};

export const queriesAreAnswered: LoaderBehaviour = {
  promise: "answers plain queries in the portable words, and refuses those that would write",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(
      inserted(table, [
        [1, "a", 5],
        [2, "b", 6],
      ]),
    );
    const sql = `SELECT COUNT(*) AS "count", CAST(SUM(CAST(n AS {bigint})) AS {text}) AS "sum" FROM ${table.table} WHERE name <> '';`;
    const [row] = await loader.query(sql);
    expect([Number(row?.["count"]), row?.["sum"]]).toEqual([2, "11"]);
    await expect(loader.query("SELECT {nonsense}")).rejects.toMatchObject({ code: "mapping-invalid" });
    await expect(loader.query(`DELETE FROM ${table.table}`)).rejects.toMatchObject({ code: "query-failed" });
    expect((await room.look(table)).length).toBe(2);
  },
};
