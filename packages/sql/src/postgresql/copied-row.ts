import type { SourceValue } from "@cutover/model";
import { parseInteger } from "../integer.js";
import { isInteger, typeParsers } from "./types.js";

const tab = 9;
const newline = 10;
const minus = 45;
const zero = 48;
const backslash = 92;
const capitalN = 78;

/** Digits that a number holds exactly, whatever they are. */
const safeDigits = 15;

/** Texts of so many characters are no copies in V8: what is cut out would keep alive what it is cut out of. */
const sliced = 13;

const escapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads the line that begins at a place. */
export type ReadRow = (bytes: Buffer, start: number) => SourceValue[];

/**
 * Reads a line of COPY's text format: the values are as PostgreSQL writes them in any answer, so they are
 * read as those of a query are. Integers are read off the bytes, for they are the most.
 */
export function rowReader(oids: readonly number[]): ReadRow {
  const parsers = oids.map((oid) => (isInteger(oid) ? null : typeParsers.getTypeParser(oid)));
  /** What is read, a character a byte: short texts are cut out of it. */
  let decoded: Buffer | null = null;
  let characters = "";
  return (bytes, start) => {
    if (bytes !== decoded) {
      decoded = bytes;
      characters = bytes.toString("latin1");
    }
    const row: SourceValue[] = [];
    let at = start;
    for (let i = 0; i < parsers.length; i += 1) {
      const parse = parsers[i]!;
      const from = at;
      let escaped = false;
      let ascii = true;
      for (;;) {
        const byte = bytes[at]!;
        if (byte === tab || byte === newline) break;
        if (byte === backslash) escaped = true;
        else if (byte > 127) ascii = false;
        at++;
      }
      if (escaped && at === from + 2 && bytes[from + 1] === capitalN) row.push(null);
      else if (parse === null) row.push(integer(bytes, from, at));
      else {
        const text =
          ascii && at - from < sliced
            ? characters.slice(from, at)
            : bytes.toString(ascii ? "latin1" : "utf8", from, at);
        row.push(parse(escaped ? unescaped(text) : text));
      }
      at++;
    }
    return row;
  };
}

function integer(line: Buffer, from: number, to: number): number | bigint {
  if (to - from > safeDigits) return parseInteger(line.toString("latin1", from, to));
  const negative = line[from] === minus;
  let number = 0;
  for (let at = negative ? from + 1 : from; at < to; at++) number = number * 10 + line[at]! - zero;
  return negative ? -number : number;
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/gs, (_, escape: string) => escapes[escape] ?? escape);
