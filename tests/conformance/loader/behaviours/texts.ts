import { expect } from "vitest";
import { column, id, texts } from "../../values.js";
import { batch, inserted, type LoaderBehaviour } from "../room.js";

/** Texts are written to the character: new and changed, few and many, and are found by it. */
export const textsAreWritten = (kind: keyof typeof texts, promise: string): LoaderBehaviour => ({
  promise,
  async prove(room) {
    const values: readonly string[] = texts[kind];
    for (const size of [values.length, 3_000]) {
      const table = await room.make([
        id,
        column("value", "text", { maxLength: 100 }),
        column("changed", "text"),
      ]);
      const loader = await room.open();
      const rows = Array.from({ length: size }, (_, i) => [i + 1, values[i % values.length]!] as const);
      await loader.apply(
        inserted(
          table,
          rows.map(([n, value]) => [n, value, "before"]),
        ),
      );
      await loader.apply(
        batch({
          updates: rows.map(([n, value]) => ({ table, where: { id: n, value }, set: { changed: value } })),
        }),
      );
      for (const value of values) {
        const found = await loader.find(table, ["value"], [[value]], ["value", "changed"]);
        expect([value, found.length]).toEqual([value, rows.filter((row) => row[1] === value).length]);
        expect(found[0]).toEqual({ value, changed: value });
      }
      expect((await room.look(table)).map((row) => row.slice(1))).toEqual(
        rows.map(([, value]) => [value, value]),
      );
    }
  },
});

export const nothingIsNotEmpty: LoaderBehaviour = {
  promise: "tells no value from an empty text",
  async prove(room) {
    const table = await room.make([id, column("value", "text", { maxLength: 20 }), column("after", "text")]);
    const loader = await room.open();
    const values = [null, "", "NULL", "\\N"];
    const rows = Array.from({ length: 2_000 }, (_, i) => [i + 1, values[i % 4]!, values[(i >> 2) % 4]!]);
    await loader.apply(inserted(table, rows));
    for (const value of values) {
      expect([value, (await loader.find(table, ["value"], [[value]], ["id"])).length]).toEqual([value, 500]);
    }
    await loader.apply(
      batch({
        updates: [
          { table, where: { id: 1, value: null }, set: { value: "" } },
          { table, where: { id: 2, value: "" }, set: { value: null } },
        ],
      }),
    );
    const seen = (await room.look(table)).map((row) => row.slice(1));
    expect(seen.slice(0, 2).map(([value]) => value)).toEqual(["", null]);
    expect(seen.slice(2)).toEqual(rows.slice(2).map((row) => row.slice(1)));
  },
};

export const textsAreFoundExactly: LoaderBehaviour = {
  promise: "finds and changes rows by exact texts: case, accents, blanks at the end count",
  async prove(room) {
    const table = await room.make([id, column("name", "text", { maxLength: 50 }), column("n", "integer")]);
    const loader = await room.open();
    const names = ["Anna", "ANNA", "anna ", "Änna", "a\u0308nna", "strasse", "straße"];
    await loader.apply(
      inserted(
        table,
        names.map((name, i) => [i + 1, name, 0]),
      ),
    );
    for (const [i, name] of names.entries()) {
      expect([name, await loader.find(table, ["name"], [[name]], ["id"])]).toEqual([name, [{ id: i + 1 }]]);
    }
    expect(await loader.find(table, ["name"], [["anna"], ["Anna "], ["änna"]], ["id"])).toEqual([]);
    await loader.apply(
      batch({ updates: names.map((name, i) => ({ table, where: { name }, set: { n: i } })) }),
    );
    const missing = batch({ deletes: [{ table, where: { name: "anna" } }] });
    await expect(loader.apply(missing)).rejects.toMatchObject({ name: "RowRejected" });
    expect((await room.look(table)).map((row) => row[2])).toEqual(names.map((_, i) => String(i)));
  },
};

export const longAndWide: LoaderBehaviour = {
  promise: "writes long texts, many columns, and batches of many megabytes",
  async prove(room) {
    const many = Array.from({ length: 150 }, (_, i) => column(`c${i}`, "text"));
    const table = await room.make([id, column("value", "text"), ...many]);
    const long = "é漢👩🏽‍🚀x\\\t".repeat(40_000);
    // More than a server takes in one statement by default.
    const rows = Array.from({ length: 40 }, (_, i) => [
      i + 1,
      `${i} ${long}`,
      ...many.map(({ name }) => `${name} of ${i}`),
    ]);
    await (await room.open()).apply(inserted(table, rows));
    const seen = await room.look(table);
    expect(seen.map((row) => row.length)).toEqual(rows.map(() => 152));
    expect(seen.every((row, i) => row[1] === `${i} ${long}`)).toBe(true);
    expect(seen.map((row) => row.slice(2))).toEqual(rows.map((row) => row.slice(2)));
  },
};
