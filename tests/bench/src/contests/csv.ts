import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Contest } from "../contest.js";
import { recordRows, sizeOf, type Row } from "../data/rows.js";
import { source } from "../data/tables.js";
import { childFile } from "../programs/child-file.js";
import { extractor, reader, type RecordFile } from "./extraction.js";

const columns = Object.keys(source.record.columns);

const field = (value: Row[number]): string => {
  const text = value === null ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function* lines(rows: Iterable<Row>): Generator<string> {
  yield `${columns.join(",")}\n`;
  for (const row of rows) yield `${row.map(field).join(",")}\n`;
}

/** Reading the completions from a CSV file, and nothing else. */
export const csvContest: Contest<RecordFile> = {
  name: "csv",
  programs: [
    extractor("csv", {
      name: "records",
      columns: columns.map((name) => ({ name, type: "text", nullable: true })),
      key: [columns[0]!],
      options: { file: "records.csv" },
    }),
    reader("csv-parse", "csv-parse, each record as an array", ({ file }) => ({
      program: process.execPath,
      args: [childFile("csv-parse"), file],
    })),
  ],
  async open(rows) {
    const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-csv-"));
    const file = path.join(folder, "records.csv");
    await pipeline(Readable.from(lines(recordRows(sizeOf(rows)))), createWriteStream(file));
    return {
      records: rows,
      turn: () =>
        Promise.resolve({ on: { folder, file, records: rows }, where: file, end: () => Promise.resolve() }),
      end: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
    };
  },
};
