import { stripVTControlCharacters } from "node:util";

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ascii = /^[\u0020-\u007e]*$/;

const columnsOf = (char: string): number => (/[\p{Mark}\p{Cf}]/u.test(char) ? 0 : wide.test(char) ? 2 : 1);

/** The columns a text takes on a terminal: wide East Asian characters take two, combining marks none. */
export function width(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const char of stripVTControlCharacters(text)) columns += columnsOf(char);
  return columns;
}

// What moves the cursor, colours the terminal, or turns the direction of what follows.
// eslint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Text on one line that cannot move the cursor or colour the terminal, whatever a source holds. */
export const safe = (text: string): string => text.replaceAll(unsafe, "\u00b7");

/** The same for text of several lines. */
export const safeLines = (text: string): string => text.split("\n").map(safe).join("\n");

/** As much of a text as fits, by columns of the terminal. */
export function cut(text: string, most: number): string {
  if (width(text) <= most) return text;
  let kept = "";
  let columns = 0;
  for (const char of text) {
    columns += columnsOf(char);
    if (columns > most - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** A text in lines of at most so many columns, broken between words, within them where one is too long. */
export function wrap(text: string, most: number): readonly string[] {
  if (width(text) <= most) return [text];
  const lines: string[] = [];
  let line = "";
  const flush = (): void => {
    if (line !== "") lines.push(line);
    line = "";
  };
  for (const word of text.split(" ")) {
    if (line !== "" && width(line) + 1 + width(word) <= most) {
      line += ` ${word}`;
      continue;
    }
    flush();
    let columns = 0;
    for (const char of word) {
      if (columns + columnsOf(char) > most) {
        flush();
        columns = 0;
      }
      line += char;
      columns += columnsOf(char);
    }
  }
  flush();
  return lines;
}

/** Columns of the page that text is laid out for. */
export function pageWidth(): number {
  const { isTTY, columns } = process.stdout;
  const wanted = isTTY ? columns : Number(process.env["COLUMNS"] ?? 100);
  return Number.isSafeInteger(wanted) && wanted >= 40 ? wanted : 100;
}

/** Lines that are too long for the page, broken under their own indentation. */
export const fitLines = (text: string, most = pageWidth()): string =>
  text
    .split("\n")
    .flatMap((line) => {
      if (width(line) <= most) return [line];
      const indent = /^ *(?:- |\d+\. )?/.exec(line)![0];
      const [first, ...rest] = wrap(line.slice(indent.length), Math.max(20, most - indent.length));
      return [`${indent}${first!}`, ...rest.map((part) => `${" ".repeat(indent.length)}${part}`)];
    })
    .join("\n");
