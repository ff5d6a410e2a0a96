import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ExtractSpec } from "@cutover/model";
import type { Program } from "../contest.js";
import { measureGood, type Command } from "../measure/measure.js";
import { childFile } from "../programs/child-file.js";

/** A file of records, below a folder. */
export interface RecordFile {
  readonly folder: string;
  readonly file: string;
  readonly records: number;
}

/** A program that reads the file in a process of its own and tells how many records it has. */
export const reader = (
  name: string,
  does: string,
  command: (on: RecordFile) => Command,
): Program<RecordFile> => ({
  name,
  does,
  async run(on, clerk) {
    const ended = await measureGood(command(on));
    if (Number(ended.out) !== on.records) {
      throw new Error(`${name} should have read ${on.records} records and read ${ended.out}`);
    }
    clerk.cost("", ended);
  },
});

/** Cutover's extractor of a medium, by itself. */
export const extractor = (medium: string, extract: ExtractSpec): Program<RecordFile> =>
  reader("extractor", `Cutover's ${medium} extractor, all rows as values`, ({ folder }) => {
    const file = path.join(folder, "extract.json");
    writeFileSync(file, JSON.stringify({ medium, extract }));
    return { program: process.execPath, args: [childFile("extract"), folder, file] };
  });
