import { measureGood } from "../measure/measure.js";
import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { source } from "../data/tables.js";
import { childFile } from "./child-file.js";
import { expectRows, makeCopy } from "./copy.js";

const { name, columns } = source.record;

export const insertSelect: Program<Moving> = {
  name: "insert-select",
  does: "one INSERT ... SELECT of the rows as they are into an attached database",
  async run(moving, clerk) {
    await makeCopy(moving);
    const cost = await measureGood({
      program: process.execPath,
      args: [
        childFile("insert-select"),
        moving.source.url,
        moving.target.url,
        name,
        Object.keys(columns).join(", "),
      ],
    });
    await expectRows(moving, name);
    clerk.cost("", cost);
  },
};
