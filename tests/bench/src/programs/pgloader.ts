import { writeFileSync } from "node:fs";
import path from "node:path";
import { findProgram } from "../measure/find-program.js";
import { measureGood } from "../measure/measure.js";
import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { source } from "../data/tables.js";
import { expectRows } from "./copy.js";

const table = source.record.name;

/** Its own defaults: the table is made, filled by COPY and given its index afterwards. */
function commands({ source: from, target }: Moving): string {
  const into = target.url.replace(/^postgres:/, "postgresql:");
  if (from.engine === "sqlite") {
    return `LOAD DATABASE FROM ${from.url.replace(/^sqlite:/, "sqlite://")} INTO ${into}
INCLUDING ONLY TABLE NAMES LIKE '${table}';\n`;
  }
  return `LOAD DATABASE FROM ${from.url} INTO ${into}
INCLUDING ONLY TABLE NAMES MATCHING '${table}'
ALTER SCHEMA '${new URL(from.url).pathname.slice(1)}' RENAME TO 'public';\n`;
}

export const pgloader: Program<Moving> = {
  name: "pgloader",
  does: "copies the rows as they are, unchecked, to a table it makes, and gives that its index",
  missing: () =>
    findProgram("pgloader") === null ? "it is not installed; Debian has it: apt-get install pgloader" : null,
  async run(moving, clerk) {
    const file = path.join(moving.folder, "copy.load");
    writeFileSync(file, commands(moving));
    const cost = await measureGood({ program: "pgloader", args: ["--quiet", file], cwd: moving.folder });
    await expectRows(moving, table);
    clerk.cost("", cost);
  },
};
