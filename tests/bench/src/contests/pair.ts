import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestDatabase } from "@cutover/testkit";
import type { Contest, Program } from "../contest.js";
import { sizeOf, type Size } from "../data/rows.js";
import { makeSource, makeTarget } from "../data/stores.js";
import type { AnyEngine } from "../data/tables.js";
import { cutover, migrationOf } from "../programs/cutover.js";
import { bare } from "../programs/bare.js";
import { insertSelect } from "../programs/insert-select.js";
import { knexProgram } from "../programs/knex.js";
import { writeMigration } from "../programs/migration.js";
import { pgloader } from "../programs/pgloader.js";
import { pipes } from "../programs/pipe.js";

/** From which engine to which. */
export interface Pair {
  readonly from: AnyEngine;
  readonly to: AnyEngine;
}

/** A filled source, a target without results, and a folder to work in. */
export interface Moving {
  readonly size: Size;
  readonly source: TestDatabase;
  readonly target: TestDatabase;
  readonly folder: string;
}

/** Moving the completions from one engine to another. */
export const pairContest = (pair: Pair): Contest<Moving> => ({
  name: `${pair.from}-${pair.to}`,
  programs: [cutover, knexProgram, ...others(pair)],
  prepare: (moving) => writeMigration(migrationOf(moving)),
  async open(rows) {
    const size = sizeOf(rows);
    const source = await makeSource(pair.from, size);
    return {
      records: size.records,
      async turn() {
        const target = await makeTarget(pair.to, size);
        const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-"));
        return {
          on: { size, source, target, folder },
          where: `${folder} (${source.url} → ${target.url})`,
          async end() {
            await target.drop();
            rmSync(folder, { recursive: true, force: true });
          },
        };
      },
      end: () => source.drop(),
    };
  },
});

/** What copies rows between two engines without looking at them, and what does no more than the laws ask. */
function others({ from, to }: Pair): readonly Program<Moving>[] {
  const pipe = pipes.get(`${from}-${to}`);
  return [
    ...(pipe === undefined ? [] : [pipe]),
    ...(to === "postgresql" && from !== "postgresql" ? [pgloader] : []),
    ...(from === "mariadb" && to === "postgresql" ? [bare] : []),
    ...(from === "sqlite" && to === "sqlite" ? [insertSelect] : []),
  ];
}
