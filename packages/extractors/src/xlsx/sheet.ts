import type { Archive } from "./archive.js";
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
  /** Whether its texts went beyond the limit; then cells are missing. */
  readonly tooLong: boolean;
}

/** `AB12` → 27; null for what is no cell's name. */
function columnOf(reference: string | undefined): number | null {
  const letters = reference === undefined ? null : /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === null || letters === undefined) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column <= 16_384 ? column - 1 : null;
}

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
  let cells = new Map<number, Cell>();
  let size = 0;
  let cell: { type: string; style: number; formula: boolean } | null = null;
  let text: string | null = null;
  let collecting = false;
  let phonetic = false;

  const open = (name: string, attributes: Attributes) => {
    switch (name) {
      case "row": {
        const number = Number(attributes["r"]);
        at = Number.isSafeInteger(number) && number > at ? number : at + 1;
        column = -1;
        cells = new Map();
        size = 0;
        break;
      }
      case "c": {
        column = columnOf(attributes["r"]) ?? column + 1;
        cell = { type: attributes["t"] ?? "n", style: Number(attributes["s"] ?? 0), formula: false };
        text = null;
        break;
      }
      case "f":
        if (cell !== null) cell.formula = true;
        break;
      case "rPh":
        phonetic = true;
        break;
      case "v":
      case "t":
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
          const inline = cell.type === "inlineStr" || cell.type === "str";
          cells.set(column, { ...cell, stored: text !== null && inline ? unescapeText(text) : text });
        }
        cell = null;
        break;
      case "row":
        if (cells.size > 0 || size > maxRecord) rows.push({ at, cells, tooLong: size > maxRecord });
        break;
    }
  };
  const take = (value: string) => {
    if (!collecting) return;
    size += value.length;
    if (size <= maxRecord) text = (text ?? "") + value;
  };

  for await (const _ of parseXml(archive, part, file, { open, text: take, close }, signal)) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}

const holds = (name: string): boolean => name === "v" || name === "t";

/** Counts rows that have any content, by the shape of the XML alone. */
export async function countRows(archive: Archive, part: string, file: string): Promise<number> {
  let rows = 0;
  let content = false;
  let inValue = 0;
  const handler = {
    open(name: string) {
      if (name === "row") content = false;
      else if (name === "f") content = true;
      else if (holds(name)) inValue++;
    },
    text(value: string) {
      if (inValue > 0 && value !== "") content = true;
    },
    close(name: string) {
      if (holds(name)) inValue--;
      else if (name === "row" && content) rows++;
    },
  };
  for await (const _ of parseXml(archive, part, file, handler)) {
    // Only counted.
  }
  return rows;
}
