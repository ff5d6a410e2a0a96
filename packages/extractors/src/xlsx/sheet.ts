import type { Archive } from "./archive.js";
import { malformedWorkbook } from "./errors.js";
import { unescapeText } from "./strings.js";
import { parseXml, type Attributes } from "./xml.js";

/** A cell as the sheet stores it; nothing is interpreted yet. */
export interface Cell {
  readonly type: string;
  readonly style: number;
  /** Text of `v` or of an inline string; null where there is none. */
  readonly stored: string | null;
  readonly formula: boolean;
}

export interface SheetRow {
  /** Row number of the sheet, from 1. */
  readonly at: number;
  /** By column number, from 0. */
  readonly cells: ReadonlyMap<number, Cell>;
  /** Why it is no row of a sheet, where it is none; then cells are missing. */
  readonly bad: string | null;
  /** Characters its cells hold. */
  readonly size: number;
}

/** Columns a sheet may have. */
const maxColumns = 16_384;

/** `AB12` → 27; null for what is no cell's name. */
function columnOf(reference: string): number | null {
  const named = /^([A-Z]{1,3})\d{1,7}$/.exec(reference)?.[1];
  if (named === undefined) return null;
  let column = 0;
  for (const letter of named) column = column * 26 + letter.charCodeAt(0) - 64;
  return column <= maxColumns ? column - 1 : null;
}

/** `27` → `AB`: a column as a sheet's head shows it. */
export const letters = (column: number): string =>
  column < 26
    ? String.fromCharCode(65 + column)
    : letters(Math.floor(column / 26) - 1) + letters(column % 26);

const tangled = (file: string, part: string) =>
  malformedWorkbook(file, `its part ${part} has a row, a cell or a value within another`);

/** Streams a sheet's rows that have any content. */
export async function* sheetRows(
  archive: Archive,
  part: string,
  file: string,
  maxRecord: number,
  signal?: AbortSignal,
): AsyncGenerator<readonly SheetRow[]> {
  let rows: SheetRow[] = [];
  let at = 0;
  let column = -1;
  let inRow = false;
  let filled = false;
  let cells = new Map<number, Cell>();
  let size = 0;
  let bad: string | null = null;
  let cell: { type: string; style: number; formula: boolean } | null = null;
  let text: string | null = null;
  let collecting = false;
  let phonetic = false;

  const open = (name: string, attributes: Attributes) => {
    switch (name) {
      case "row": {
        if (inRow) throw tangled(file, part);
        inRow = true;
        filled = false;
        const number = Number(attributes["r"]);
        at = Number.isSafeInteger(number) && number > at ? number : at + 1;
        column = -1;
        cells = new Map();
        size = 0;
        bad = null;
        break;
      }
      case "c": {
        if (!inRow) break;
        if (cell !== null) throw tangled(file, part);
        // Without a name, a cell is the one after the last.
        const { r } = attributes;
        const named = r === undefined ? null : columnOf(r);
        if (r !== undefined && named === null) bad ??= "a cell's name is none of a sheet";
        column = named ?? column + 1;
        cell = { type: attributes["t"] ?? "n", style: Number(attributes["s"] ?? 0), formula: false };
        text = null;
        phonetic = false;
        break;
      }
      case "f":
        if (cell === null) break;
        cell.formula = true;
        filled = true;
        break;
      case "rPh":
        phonetic = true;
        break;
      case "v":
      case "t":
        if (collecting) throw tangled(file, part);
        collecting = cell !== null && !phonetic;
        break;
    }
  };
  const close = (name: string) => {
    switch (name) {
      case "v":
      case "t":
        collecting = false;
        break;
      case "rPh":
        phonetic = false;
        break;
      case "c":
        if (cell !== null && (text !== null || cell.formula)) {
          if (cells.has(column)) bad ??= `cell ${letters(column)}${at} is there twice`;
          if (column >= maxColumns) bad ??= `the row has more than ${maxColumns} cells`;
          const inline = cell.type === "inlineStr" || cell.type === "str";
          if (bad === null) {
            cells.set(column, { ...cell, stored: text !== null && inline ? unescapeText(text) : text });
          }
        }
        cell = null;
        break;
      case "row":
        if (filled) rows.push({ at, cells, bad, size });
        inRow = false;
        break;
    }
  };
  const take = (value: string) => {
    if (!collecting || value === "") return;
    filled = true;
    size += value.length;
    if (size <= maxRecord) text = (text ?? "") + value;
    else bad ??= `the row is longer than ${maxRecord} characters`;
  };

  for await (const _ of parseXml(archive, part, file, { open, text: take, close }, { signal })) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}

/** Counts rows that have any content, by the shape of the XML alone. */
export async function countRows(archive: Archive, part: string, file: string): Promise<number> {
  let rows = 0;
  let content = false;
  /** Names of the elements that are open around what is read, from the row inwards. */
  const around: string[] = [];
  const handler = {
    open(name: string) {
      if (around.length > 0 || name === "row") around.push(name);
      if (name === "row") content = false;
      else if (name === "f" && around.includes("c")) content = true;
    },
    text(value: string) {
      if (content || value === "" || around.length < 3 || !around.includes("c")) return;
      content = !around.includes("rPh") && (around.includes("v") || around.includes("t"));
    },
    close(name: string) {
      if (around.length > 0) around.pop();
      if (name === "row" && content) rows++;
    },
  };
  for await (const _ of parseXml(archive, part, file, handler)) {
    // Only counted.
  }
  return rows;
}
