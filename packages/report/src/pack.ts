import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { writingFailure } from "@cutover/model";
import { buildEvidence, type Listed, type ReportInput } from "./build.js";
import type { Evidence, ExceptionOf, FileOf } from "./evidence.js";
import { exceptionColumns } from "./export/cells.js";
import { writeCsv, type Row, type Written } from "./export/csv.js";
import { wholeFile } from "./export/whole.js";
import { workbookRows, writeExceptionWorkbook } from "./export/xlsx.js";
import { exceptions } from "./gather/exceptions.js";
import { pageColumns, recordColumns, recordLines } from "./gather/records.js";
import { Packer, type Packed } from "./html/packed.js";

/** The files of a report, in its folder. */
export const reportFiles = {
  page: "report.html",
  evidence: "report.json",
  exceptionsCsv: "exceptions.csv",
  exceptionsXlsx: "exceptions.xlsx",
  recordsCsv: "records.csv",
  sums: "SHA256SUMS",
} as const;

/** How much the page itself carries; the files beside it carry everything. */
const pageLimits = {
  exceptions: 25_000,
  /** Characters of compressed records: about a million of them. */
  records: 24_000_000,
} as const;

const titles = (columns: readonly (readonly [string, string])[]): string[] =>
  columns.map(([, title]) => title);

async function writeWhole(file: string, text: string): Promise<string> {
  await wholeFile(file, (draft) => writeFile(draft, text));
  return createHash("sha256").update(text).digest("hex");
}

/** Writes the lists, each record and exception read once, and keeps what page and workbook take. */
async function writeLists(
  folder: string,
  input: ReportInput,
): Promise<{ readonly listed: Listed; readonly records: Packed | null }> {
  const kept: ExceptionOf[] = [];
  const files: FileOf[] = [];
  const file = (name: string, holds: string, written: Written): void => {
    files.push({ name, holds, ...written });
  };

  const exceptionRows = function* (): Generator<Row> {
    for (const exception of exceptions(input.db, input.reconciled?.id ?? null)) {
      if (kept.length < workbookRows) kept.push(exception);
      yield exceptionColumns.map(([name]) => exception[name]);
    }
  };
  const csv = await writeCsv(
    path.join(folder, reportFiles.exceptionsCsv),
    titles(exceptionColumns),
    exceptionRows(),
  );
  file(reportFiles.exceptionsCsv, "every exception", csv);
  const workbook = path.join(folder, reportFiles.exceptionsXlsx);
  file(
    reportFiles.exceptionsXlsx,
    "the exceptions as a workbook",
    await writeExceptionWorkbook(workbook, kept, csv.rows),
  );

  const packer = new Packer(pageLimits.records);
  const recordRows = function* (): Generator<Row> {
    for (const row of recordLines(input.db)) {
      packer.add(row.slice(0, pageColumns));
      yield row;
    }
  };
  const records = await writeCsv(
    path.join(folder, reportFiles.recordsCsv),
    titles(recordColumns),
    recordRows(),
  );
  file(reportFiles.recordsCsv, "every record that was read, with its end", records);
  return {
    listed: {
      exceptions: kept.slice(0, pageLimits.exceptions),
      exceptionCount: csv.rows,
      recordCount: records.rows,
      files,
    },
    records: await packer.finish(),
  };
}

/**
 * Writes the whole report of a run into a folder and returns the evidence it was made from.
 *
 * @throws CutoverError `file-unwritable`: the pack is not whole then, and can be written again
 */
export async function writeReport(folder: string, input: ReportInput): Promise<Evidence> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw writingFailure(cause, folder, "report");
  });
  // Loaded only now: whoever only gathers needs nothing that renders.
  const { renderPage } = await import("./html/page.js");
  const { listed, records } = await writeLists(folder, input);
  const evidence = buildEvidence(input, listed);
  const whole = async (name: string, text: string): Promise<readonly [string, string]> => [
    await writeWhole(path.join(folder, name), text),
    name,
  ];
  const sums = [
    await whole(reportFiles.evidence, `${JSON.stringify(evidence, null, 1)}\n`),
    await whole(reportFiles.page, await renderPage(evidence, records)),
    ...evidence.files.map(({ sha256, name }) => [sha256, name] as const),
  ];
  await whole(reportFiles.sums, sums.map(([digest, name]) => `${digest}  ${name}\n`).join(""));
  return evidence;
}
