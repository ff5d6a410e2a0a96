import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Contest } from "../contest.js";
import { makeMoodle } from "../data/moodle.js";
import { sizeOf } from "../data/rows.js";
import { makeSource } from "../data/stores.js";
import { moodle } from "../programs/cutover.js";
import { writeMigration, type Migration } from "../programs/migration.js";

/** The same completions into Moodle's tables, which take five rows for one: stated beside the others. */
export const moodleContest: Contest<Migration> = {
  name: "moodle",
  programs: [moodle],
  prepare: writeMigration,
  async open(rows) {
    const size = sizeOf(rows);
    const source = await makeSource("sqlite", size);
    return {
      records: rows,
      async turn() {
        const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-"));
        const target = await makeMoodle(folder, size);
        return {
          on: { folder, source: source.url, target: { system: "moodle", url: target } },
          where: folder,
          end: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
        };
      },
      end: () => source.drop(),
    };
  },
};
