import { expect } from "vitest";
import { column, id } from "../../values.js";
import { readAll } from "../reading.js";
import type { ExtractorBehaviour } from "../room.js";

const odd = [
  "order",
  "select",
  "User Name",
  "it's",
  'a "b"',
  "x.y",
  "größe",
  "漢字",
  "a?b",
  "$1",
  "__proto__",
];

export const namesAreNames: ExtractorBehaviour = {
  promise: "takes any name of a column for a name: reserved words, quotes, dots, spaces",
  async prove(room) {
    const columns = [id, ...odd.map((name) => column(name, "text"))];
    const extract = await room.put(columns, [[1, ...odd.map((name) => `the ${name}`)]]);
    const extractor = await room.open();
    const { rows } = await readAll(extractor, extract);
    expect(rows.map((row) => row.slice(1))).toEqual([odd.map((name) => `the ${name}`)]);
    expect(await extractor.count(extract)).toBe(1);
  },
};

export const columnsAreTold: ExtractorBehaviour = {
  promise: "tells the columns there really are",
  async prove(room) {
    const extract = await room.put([id, column("value", "text"), column("more", "text")], [[1, "a", "b"]]);
    const [first, second] = extract.columns;
    const extractor = await room.open();
    const told = await extractor.columns({ ...extract, columns: [first!, second!] });
    expect(told.map(({ name }) => name)).toEqual(["id", "value", "more"]);
  },
};

export const unknownColumnsAreRefused: ExtractorBehaviour = {
  promise: "refuses to read what is declared otherwise than it is, and names the column",
  async prove(room) {
    const extract = await room.put([id, column("value", "text")], [[1, "a"]]);
    const extractor = await room.open();
    const wrong = { ...extract, columns: [id, column("valeu", "text")] };
    const error: unknown = await readAll(extractor, wrong).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "CutoverError", exitStatus: 2 });
    expect(JSON.stringify((error as { problems?: unknown }).problems)).toContain("valeu");
    expect((await readAll(extractor, extract)).rows).toHaveLength(1);
  },
};
