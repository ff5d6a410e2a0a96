import { expect } from "vitest";
import { column, id, texts } from "../../values.js";
import { readAll } from "../reading.js";
import type { ExtractorBehaviour } from "../room.js";

/** Texts are read to the character. */
export const textsAreRead = (kind: keyof typeof texts, promise: string): ExtractorBehaviour => ({
  promise,
  async prove(room) {
    const rows = texts[kind].map((text, i) => [i + 1, text, `after ${i}`]);
    const extract = await room.put([id, column("value", "text"), column("after", "text")], rows);
    const { rows: read, rejected } = await readAll(await room.open(), extract);
    expect(rejected).toEqual([]);
    expect(read.map((row) => row.slice(1))).toEqual(rows.map((row) => row.slice(1)));
  },
});

export const nothingIsNotEmpty: ExtractorBehaviour = {
  promise: "tells no value from an empty text",
  async prove(room) {
    const rows = [
      [1, null, "a"],
      [2, "", "b"],
      [3, null, null],
    ];
    const extract = await room.put([id, column("value", "text"), column("after", "text")], rows);
    const { rows: read } = await readAll(await room.open(), extract);
    expect(read.map((row) => row.slice(1))).toEqual(rows.map((row) => row.slice(1)));
  },
};

export const longAndWide: ExtractorBehaviour = {
  promise: "reads long texts and many columns",
  async prove(room) {
    const long = "é漢👩🏽‍🚀x".repeat(150_000);
    const many = Array.from({ length: 200 }, (_, i) => column(`c${i}`, "text"));
    const rows = [
      [1, long, ...many.map(({ name }) => `${name} of one`)],
      [2, "short", ...many.map(({ name }) => `${name} of two`)],
    ];
    const extract = await room.put([id, column("value", "text"), ...many], rows);
    const { rows: read } = await readAll(await room.open(), extract);
    expect(read.map((row) => row.length)).toEqual([202, 202]);
    expect(read[0]?.[1] === long).toBe(true);
    expect(read.map((row) => row.slice(2))).toEqual(rows.map((row) => row.slice(2)));
  },
};
