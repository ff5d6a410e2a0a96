import { RowRejected, type Loader, type TargetValue, type WriteBatch } from "@cutover/model";
import { expect } from "vitest";
import { column, id } from "../../values.js";
import { batch, everything, inserted, type LoaderBehaviour, type WritingRoom } from "../room.js";

const columns = [id, column("name", "text", { maxLength: 20 }), column("n", "integer")];
const rows = (count: number, first = 1): TargetValue[][] =>
  Array.from({ length: count }, (_, i) => [first + i, `row ${first + i}`, i]);

const refusal = async (loader: Loader, part: WriteBatch): Promise<RowRejected> => {
  const error: unknown = await loader.apply(part).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(RowRejected);
  return error as RowRejected;
};

export const batchesAreWhole: LoaderBehaviour = {
  promise: "applies inserts, updates and deletes in their order, all of them or none",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(inserted(table, rows(5)));
    const change = batch({
      inserts: inserted(table, [[6, "six", 0]]).inserts,
      updates: [
        { table, where: { id: 6 }, set: { name: "SIX" } },
        { table, where: { id: 6, name: "SIX" }, set: { n: 66 } },
        { table, where: { id: 1 }, set: { name: null, n: 11 } },
      ],
      deletes: [
        { table, where: { id: 2 } },
        { table, where: { id: 1, name: null } },
      ],
    });
    await loader.apply(change);
    const after = [
      ["3", "row 3", "2"],
      ["4", "row 4", "3"],
      ["5", "row 5", "4"],
      ["6", "SIX", "66"],
    ];
    const torn = batch({ ...change, inserts: inserted(table, rows(2_000, 100)).inserts });
    expect(await refusal(loader, torn)).toMatchObject({ driverCode: "row-count", table: table.table });
    await loader.apply(batch({}));
    await loader.apply(inserted(table, []));
    expect(await room.look(table)).toEqual(after);
  },
};

export const batchesAreSeenWhole: LoaderBehaviour = {
  promise: "lets others see a batch whole or not at all",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    const seen = new Set<number>();
    const state = { done: false };
    const writing = loader.apply(inserted(table, rows(20_000))).finally(() => (state.done = true));
    while (!state.done) {
      seen.add((await room.target.look(table)).length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    expect([0, 20_000]).toEqual(expect.arrayContaining([...seen]));
    expect((await room.look(table)).length).toBe(20_000);
  },
};

export const everyKeyFindsOneRow: LoaderBehaviour = {
  promise: "refuses a change whose key finds no row or two, also among many others",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(inserted(table, [...rows(1_500), [9_001, "twice", 1], [9_002, "twice", 2]]));
    const set = (name: string) => ({ table, where: { name }, set: { n: -1 } });
    const fine = rows(1_500).map(([, name]) => set(String(name)));
    for (const wrong of ["nobody", "twice"]) {
      const many = batch({ updates: [...fine.slice(0, 700), set(wrong), ...fine.slice(700)] });
      expect((await refusal(loader, many)).driverCode).toBe("row-count");
      const one = batch({ deletes: [{ table, where: { name: wrong } }] });
      expect((await refusal(loader, one)).driverCode).toBe("row-count");
    }
    // One row too many for one key and one too few for another make the right sum.
    const sum = batch({ updates: [set("twice"), set("nobody")] });
    expect((await refusal(loader, sum)).driverCode).toBe("row-count");
    await loader.apply(batch({ updates: [{ table, where: { id: 1 }, set: { name: "row 1", n: 0 } }] }));
    const seen = await room.look(table);
    expect(seen.filter((row) => row[2] === "-1")).toEqual([]);
    expect(seen.length).toBe(1_502);
  },
};

/** Values that some medium would cut, round, pad or change without a word. */
const wrongs: readonly (readonly [column: string, value: TargetValue])[] = [
  ["name", "secret that is too long"],
  ["name", `secret${" ".repeat(20)}`],
  ["name", "👩".repeat(21)],
  ["name", "secret\ud83d"],
  ["must", null],
];
const typed: typeof wrongs = [
  ["n", "secret"],
  ["n", "1.5"],
  ["n", 1.5],
  ["n", Number.NaN],
  ["amount", "secret"],
  ["amount", "1,5"],
  ["amount", Number.POSITIVE_INFINITY],
  ["name", Uint8Array.of(115)],
];

const unkept: typeof wrongs = [
  ["name", "secret\0"],
  ["amount", "1.23456789012"],
];

const refuses =
  (values: typeof wrongs) =>
  async (room: WritingRoom): Promise<void> => {
    const table = await room.make([
      ...columns,
      column("amount", "decimal"),
      column("must", "text", { maxLength: 20, nullable: false }),
    ]);
    const loader = await room.open();
    const wrong = async (name: string, value: TargetValue, count: number): Promise<void> => {
      const given = rows(count).map((row) => [...row, "1.5", "there"]);
      const place = table.columns.findIndex((c) => c.name === name);
      given[count >> 1]![place] = value;
      const error: unknown = await loader.apply(inserted(table, given)).catch((e: unknown) => e);
      expect({ name, value, count, error }).toMatchObject({ error: { name: "RowRejected" } });
      expect((error as RowRejected).table).toBe(table.table);
      expect(everything(error)).not.toContain("secret");
    };
    for (const [name, value] of values) for (const count of [1, 2_500]) await wrong(name, value, count);
    await loader.apply(inserted(table, [[1, "👩".repeat(20), 5, 1.5, "there"]]));
    const seen = await room.look(table);
    expect(seen.map((row) => row.slice(0, 3))).toEqual([["1", "👩".repeat(20), "5"]]);
  };

export const lossIsRefused: LoaderBehaviour = {
  promise:
    "refuses texts it would cut or break, and no value where there must be one, with a code and no value",
  prove: refuses(wrongs),
};

export const wrongTypesAreRefused: LoaderBehaviour = {
  promise: "refuses values that are not of the column's type",
  prove: refuses(typed),
};

export const excessIsRefused: LoaderBehaviour = {
  promise: "refuses what it would not keep: the character NUL, more digits than the column has",
  prove: refuses(unkept),
};

export const constraintsAreKept: LoaderBehaviour = {
  promise: "refuses what breaks a constraint of the target, few and many, and leaves nothing of the batch",
  async prove(room) {
    const table = await room.make(columns, { unique: ["name"] });
    const loader = await room.open();
    await loader.apply(inserted(table, rows(10)));
    for (const count of [1, 2_500]) {
      // One of a name that is there, two of one name, one of an id that is there.
      for (const wrong of [
        [[7_000, "row 3", 0]],
        [
          [7_000, "secret", 0],
          [7_001, "secret", 1],
        ],
        [[3, "free", 0]],
      ]) {
        const many = [...rows(count, 100), ...wrong];
        const error = await refusal(loader, inserted(table, many));
        expect(error.table).toBe(table.table);
        expect(error.driverCode).toMatch(/\S/);
        expect(everything(error)).not.toContain("secret");
      }
    }
    const name = batch({ updates: [{ table, where: { id: 1 }, set: { name: "row 2" } }] });
    await refusal(loader, name);
    expect((await room.look(table)).map(([n]) => n)).toEqual(rows(10).map(([n]) => String(n)));
  },
};

export const defaultsAreLeft: LoaderBehaviour = {
  promise: "leaves columns that are not written to the target's defaults",
  async prove(room) {
    const table = await room.make([
      ...columns,
      column("state", "text", { maxLength: 20, hasDefault: true, default: "it's new" }),
      column("grade", "integer", { hasDefault: true, default: 7 }),
      column("note", "text"),
    ]);
    const loader = await room.open();
    const told = (await loader.describe([table])).get(table.name)!;
    expect(told.map((c) => [c.name, c.default])).toEqual(
      expect.arrayContaining([
        ["state", "it's new"],
        ["note", null],
      ]),
    );
    const part = (count: number, first: number): WriteBatch =>
      batch({
        inserts: [{ table, columns: ["n", "id"], rows: rows(count, first).map(([n, , i]) => [i!, n!]) }],
      });
    await loader.apply(part(1, 1));
    await loader.apply(part(2_500, 2));
    for (const row of await room.look(table)) {
      expect(row.slice(3)).toEqual(["it's new", "7", null]);
    }
  },
};

export const manyRowsAreWritten: LoaderBehaviour = {
  promise: "writes more rows than a statement holds, and finds them",
  async prove(room) {
    const table = await room.make(columns, { unique: ["name"] });
    const loader = await room.open();
    const count = 30_000;
    await loader.apply(inserted(table, rows(count)));
    const keys = Array.from({ length: count + 10 }, (_, i) => [`row ${i + 1}`]);
    const found = await loader.find(table, ["name"], keys, ["id"]);
    expect(new Set(found.map((row) => row["id"])).size).toBe(count);
    const update = rows(count).map(([n]) => ({ table, where: { id: n! }, set: { n: -Number(n) } }));
    await loader.apply(batch({ updates: update }));
    expect((await room.look(table)).every(([n, , value]) => Number(value) === -Number(n))).toBe(true);
  },
};
