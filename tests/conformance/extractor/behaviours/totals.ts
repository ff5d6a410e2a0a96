import { expect } from "vitest";
import { column, id } from "../../values.js";
import type { ExtractorBehaviour } from "../room.js";

export const totalsAreTaken: ExtractorBehaviour = {
  promise: "counts and sums by plain queries, past what reads the rows",
  async prove(room) {
    const rows = Array.from({ length: 250 }, (_, i) => [i + 1, i % 2 === 0 ? "even" : "odd"]);
    const extract = await room.put([id, column("value", "text")], rows);
    const extractor = await room.open();
    expect(await extractor.count(extract)).toBe(250);
    const totals = await extractor.query(
      `SELECT value AS "value", COUNT(*) AS "count", SUM(CAST(id AS {bigint})) AS "sum" FROM ${extract.name} GROUP BY value ORDER BY value;`,
      [extract],
    );
    expect(totals.map((row) => [row["value"], Number(row["count"]), Number(row["sum"])])).toEqual([
      ["even", 125, 15_625],
      ["odd", 125, 15_750],
    ]);
  },
};

export const nothingIsWritten: ExtractorBehaviour = {
  promise: "refuses to write the source",
  async prove(room) {
    const extract = await room.put([id, column("value", "text")], [[1, "a"]]);
    const extractor = await room.open();
    for (const sql of [`DELETE FROM ${extract.name}`, `DROP TABLE ${extract.name}`]) {
      await expect(extractor.query(sql, [extract])).rejects.toMatchObject({ code: "query-failed" });
    }
    expect(await extractor.count(extract)).toBe(1);
  },
};
