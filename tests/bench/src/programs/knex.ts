import { measureGood } from "../measure/measure.js";
import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { target } from "../data/tables.js";
import { childFile } from "./child-file.js";
import { expectRows } from "./copy.js";

/** What an able user would write for the same job. */
export const knexProgram: Program<Moving> = {
  name: "knex",
  does: "pages by key, translates references, checks, hashes, notes each outcome in an SQLite ledger, upserts",
  async run(moving, clerk) {
    const cost = await measureGood({
      program: process.execPath,
      args: [childFile("knex"), moving.source.url, moving.target.url],
      cwd: moving.folder,
    });
    await expectRows(moving, target.result.name);
    clerk.cost("", cost);
  },
};
