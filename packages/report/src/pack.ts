import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { buildEvidence, extractionOf, type ReportInput } from "./build.js";
import type { Evidence, ExceptionOf } from "./evidence.js";
import { exceptionColumns } from "./export/cells.js";
import { writeCsv } from "./export/csv.js";
import { writeExceptionWorkbook } from "./export/xlsx.js";
import { exceptions } from "./gather/exceptions.js";
import { recordLines } from "./gather/records.js";
import { renderPage } from "./html/page.js";

/** The files of a report, in its folder. */
export const reportFiles = {
  page: "report.html",
  evidence: "report.json",
  exceptionsCsv: "exceptions.csv",
  exceptionsXlsx: "exceptions.xlsx",
  recordsCsv: "records.csv",
} as const;

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

const exceptionCells = (e: ExceptionOf): (string | number | null)[] =>
  exceptionColumns.map(([name]) => e[name]);

/** Writes the whole report of a run into a folder and returns the evidence it was made from. */
export async function writeReport(folder: string, input: ReportInput): Promise<Evidence> {
  await mkdir(folder, { recursive: true });
  const evidence = buildEvidence(input);
  const extraction = extractionOf(input.db, input.run);
  const all = (): Generator<ExceptionOf> => exceptions(input.db, extraction, input.reconciled?.id ?? null);
  const at = (name: keyof typeof reportFiles): string => path.join(folder, reportFiles[name]);

  const header = exceptionColumns.map(([, title]) => title);
  await writeCsv(
    at("exceptionsCsv"),
    header,
    (function* () {
      for (const exception of all()) yield exceptionCells(exception);
    })(),
  );
  await writeExceptionWorkbook(at("exceptionsXlsx"), all());
  await writeCsv(
    at("recordsCsv"),
    ["entity", "mapping", "source key", "what it is", "disposition", "reason", "target key"],
    (function* () {
      for (const r of recordLines(input.db, extraction)) {
        yield [r.entity, r.mapping, r.key, r.what, r.disposition, r.reason, r.targetKey];
      }
    })(),
  );
  await writeWhole(at("evidence"), `${JSON.stringify(evidence, null, 1)}\n`);
  await writeWhole(at("page"), renderPage(evidence));
  return evidence;
}
