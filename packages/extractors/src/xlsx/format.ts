import { CutoverError, type Column, type SourceValue, nearest } from "@cutover/model";
import { BatchBuilder } from "../files/batches.js";
import { wholeNumber } from "../files/decimal.js";
import { textColumn, type FileExtract, type FileFormat } from "../files/format.js";
import { claim, mapByPosition, mapHeader, type HeaderMap } from "../files/header.js";
import { Archive } from "./archive.js";
import { malformedWorkbook } from "./errors.js";
import { numberText, timeText } from "./numbers.js";
import { countRows, letters, sheetRows, type Cell, type SheetRow } from "./sheet.js";
import { readStrings, type SharedStrings } from "./strings.js";
import { openWorkbook, type Workbook } from "./workbook.js";

/** A workbook at work: its file open, its texts at hand. */
interface Open {
  readonly archive: Archive;
  readonly workbook: Workbook;
  readonly part: string;
  readonly strings: SharedStrings | null;
}

function sheetPart(workbook: Workbook, { file, options }: FileExtract): string {
  const { sheets } = workbook;
  const found = options.sheet === null ? sheets[0] : sheets.find(({ name }) => name === options.sheet);
  if (found !== undefined) return found.part;
  if (options.sheet === null) throw malformedWorkbook(file.name, "it has no sheet");
  const near = nearest(
    options.sheet,
    sheets.map(({ name }) => name),
  );
  throw new CutoverError("source-malformed", `${file.name} has no sheet ${options.sheet}`, {
    stage: "extract",
    remedy: near === null ? undefined : `did you mean ${near}?`,
  });
}

async function* withWorkbook<T>(
  from: FileExtract,
  withStrings: boolean,
  use: (open: Open) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const archive = await Archive.open(from.file);
  let strings: SharedStrings | null = null;
  try {
    const workbook = await openWorkbook(archive, from.file.name);
    const part = sheetPart(workbook, from);
    if (withStrings && workbook.strings !== null) {
      strings = await readStrings(archive, workbook.strings, from.file.name);
    }
    yield* use({ archive, workbook, part, strings });
  } finally {
    strings?.close();
    await archive.close();
  }
}

class BadCell extends Error {}

const truths: ReadonlyMap<string, boolean> = new Map([
  ["1", true],
  ["true", true],
  ["0", false],
  ["false", false],
]);

/** A cell's value. Throws BadCell with the reason where it has none that can be told. */
function cellValue(cell: Cell | undefined, type: Column["type"], { workbook, strings }: Open): SourceValue {
  if (cell === undefined) return null;
  const { stored } = cell;
  if (cell.type === "e") throw new BadCell("holds an error of the spreadsheet");
  if (stored === null) throw new BadCell("holds a formula without its value");
  switch (cell.type) {
    case "s": {
      const text = /^\s*\d+\s*$/.test(stored) ? strings?.get(Number(stored)) : undefined;
      if (text === undefined) throw new BadCell("refers to a text that the workbook does not have");
      return text;
    }
    case "str":
    case "inlineStr":
      return stored;
    case "b": {
      const truth = truths.get(stored.trim());
      if (truth === undefined) throw new BadCell("is neither true nor false");
      return type === "boolean" ? truth : truth ? "TRUE" : "FALSE";
    }
    case "d":
      return stored;
    case "n":
      break;
    default:
      throw new BadCell("is of a type that no sheet has");
  }
  const kind = workbook.kinds[cell.style] ?? "number";
  if (kind === "number") return (type === "integer" ? wholeNumber(stored) : null) ?? numberText(stored);
  const text = timeText(Number(stored), kind, workbook.from1904);
  if (text === null) throw new BadCell("holds a date that the spreadsheet itself cannot show");
  return text;
}

/** A row's cells as texts, for the header. */
function headerNames(row: SheetRow, file: string, open: Open): readonly string[] {
  if (row.bad !== null) throw malformedWorkbook(file, `the header cannot be read: ${row.bad}`);
  const names: string[] = [];
  for (const [column, cell] of row.cells) {
    while (names.length < column) names.push("");
    try {
      names[column] = String(cellValue(cell, "text", open) ?? "");
    } catch (error) {
      if (!(error instanceof BadCell)) throw error;
      const message = `the header's cell ${letters(column)}${row.at} ${error.message}`;
      throw malformedWorkbook(file, message);
    }
  }
  return names;
}

async function firstRow(from: FileExtract): Promise<readonly string[] | null> {
  const found = withWorkbook(from, true, async function* (open) {
    for await (const rows of sheetRows(open.archive, open.part, from.file.name, from.options.maxRecord)) {
      yield headerNames(rows[0]!, from.file.name, open);
      return;
    }
  });
  for await (const names of found) return names;
  return null;
}

function rowValues(
  row: SheetRow,
  map: HeaderMap,
  from: FileExtract,
  open: Open,
): readonly SourceValue[] | string {
  if (row.bad !== null) return row.bad;
  if (from.options.unknown === "refuse") {
    for (const column of row.cells.keys()) {
      if (column >= map.least) return `cell ${letters(column)}${row.at} lies outside the named columns`;
    }
  }
  let column = -1;
  try {
    return map.indexes.map((index, i) => {
      column = index;
      return index < 0 ? null : cellValue(row.cells.get(index), from.extract.columns[i]!.type, open);
    });
  } catch (error) {
    if (error instanceof BadCell) return `cell ${letters(column)}${row.at} ${error.message}`;
    throw error;
  }
}

const readFrom: FileFormat["read"] = (from, { batchSize, signal }) =>
  withWorkbook(from, true, async function* (open) {
    const { file, extract, options } = from;
    const batches = new BatchBuilder(batchSize);
    let map = options.header ? null : mapByPosition(extract);
    for await (const rows of sheetRows(open.archive, open.part, file.name, options.maxRecord, signal)) {
      for (const row of rows) {
        if (map === null) {
          map = mapHeader(headerNames(row, file.name, open), extract, options, file.name, row.at);
          continue;
        }
        const values = rowValues(row, map, from, open);
        batches.passed(row.size);
        if (typeof values === "string") batches.reject({ at: row.at, code: "malformed-row", note: values });
        else batches.row(values, row.at);
      }
      yield* batches.full();
    }
    if (map === null) throw malformedWorkbook(file.name, "the sheet is empty: it has not even a header");
    yield* batches.rest();
  });

/**
 * Workbooks. yauzl (maintained, made not to trust what it unpacks) and saxes (as in jsdom) stream a sheet's
 * cells, with limits on everything; libraries that give whole workbooks hold the unpacked file in memory,
 * and turn numbers and dates into doubles and local times before anyone can look at them.
 */
export const xlsxFormat: FileFormat = {
  async columns(from) {
    const names = (await firstRow(from)) ?? [];
    if (!from.options.header) return from.extract.columns.slice(0, names.length);
    return claim(names, from.extract, from.options).map((column, i) => textColumn(column ?? names[i]!));
  },
  read: readFrom,
  async count(from) {
    const counted = withWorkbook(from, false, async function* (open) {
      yield await countRows(open.archive, open.part, from.file.name);
    });
    for await (const rows of counted) return rows - (from.options.header && rows > 0 ? 1 : 0);
    return 0;
  },
};
