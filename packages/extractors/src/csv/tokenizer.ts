import type { RejectedRow } from "@cutover/model";
import type { CsvDialect } from "./dialect.js";
import { RecordSkipper } from "./skipper.js";
import { unescape } from "./unescape.js";

/** Takes what the tokenizer finds. Lines are physical lines of the file, from 1. */
export interface RecordSink {
  /** A record with the line on which it starts. */
  row(fields: (string | null)[], line: number): void;
  bad(rejected: RejectedRow): void;
  /** The file ends inside a quoted value that starts in the record on this line. */
  unclosed(line: number): never;
}

/** Finds any of some characters. */
const anyOf = (characters: string): RegExp =>
  new RegExp(
    `[${Array.from(characters, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).join("")}]`,
    "gu",
  );

const anyBreak = /[\r\n]/g;

/** Where a scan of one record ended. */
type Scan =
  | { readonly kind: "more" }
  | {
      readonly kind: "row";
      readonly fields: (string | null)[];
      readonly end: number;
      readonly next: number;
      readonly plain?: boolean;
    }
  | { readonly kind: "bad"; readonly note: string };

/**
 * Cuts text into records and values as it arrives.
 *
 * csv-parse is not used for it because of what it does with what is not well-formed: it counts a CRLF
 * inside quotes as two lines, swallows the records after a stray quote into one, and knows escapes only
 * inside quotes. It counts the records of every well-formed file instead (count.ts), so that two
 * parsers have to agree before the books can close.
 *
 * A record that is not well-formed is rejected with its first line, and reading goes on at the next line.
 */
export class CsvTokenizer {
  readonly #dialect: CsvDialect;
  readonly #sink: RecordSink;
  /** What means something inside quotes. Searched in one go: two searches would scan the text over and over. */
  readonly #inQuotes: RegExp;
  readonly #outside: RegExp;
  #text = "";
  #at = 0;
  #line = 1;
  #final = false;
  #suspect = false;
  #skipper: RecordSkipper | null = null;
  /** Text to wait for before a record that was not whole is looked at again: looking at every piece is quadratic. */
  #enough = 0;
  /** Next quote or backslash at or after `#at`; -1: not known, Infinity: none in the text at hand. */
  #special = -1;

  constructor(dialect: CsvDialect, sink: RecordSink) {
    this.#dialect = dialect;
    this.#sink = sink;
    const backslash = dialect.backslash ? "\\" : "";
    const quote = dialect.quote ?? "";
    this.#inQuotes = anyOf(quote + backslash);
    this.#outside = anyOf(dialect.delimiter + quote + backslash + (dialect.recordEnd?.[0] ?? "\r\n"));
  }

  push(text: string, suspect: boolean): void {
    this.#suspect ||= suspect;
    this.#text = this.#at === this.#text.length ? text : this.#text.slice(this.#at) + text;
    this.#at = 0;
    this.#special = -1;
    if (this.#text.length < this.#enough) return;
    this.#enough = 0;
    this.#run();
  }

  end(): void {
    this.#final = true;
    this.#special = -1;
    this.#run();
    if (this.#skipper !== null) {
      if (this.#skipper.open) this.#sink.unclosed(this.#line);
      this.#tooLong();
    }
  }

  #run(): void {
    for (;;) {
      if (this.#skipper !== null && !this.#skip()) return;
      if (!this.#skipBlankLines()) return;
      const start = this.#at;
      const scan = this.#plain(start) ?? this.#scan(start);
      if (scan.kind === "more") {
        const length = this.#text.length - start;
        if (length <= this.#dialect.maxRecord) {
          this.#enough = Math.min(length * 2, this.#dialect.maxRecord + 1);
          return;
        }
        this.#skipper = new RecordSkipper(this.#dialect);
        continue;
      }
      if (scan.kind === "bad") {
        this.#reject("malformed-row", scan.note);
        this.#resume(start);
        continue;
      }
      this.#at = scan.next;
      this.#emit(start, scan.end, scan.fields);
      // A plain record is one line.
      this.#line += scan.plain === true ? 1 : this.#breaks(start, scan.next);
    }
  }

  #emit(start: number, end: number, fields: (string | null)[]): void {
    if (end - start > this.#dialect.maxRecord) this.#reject("malformed-row", this.#longNote());
    else if (this.#suspect && !this.#text.slice(start, end).isWellFormed()) {
      this.#reject("bad-encoding", "the bytes are not text in the file's encoding");
    } else this.#sink.row(fields, this.#line);
  }

  #reject(code: RejectedRow["code"], note: string): void {
    this.#sink.bad({ at: this.#line, code, note });
  }

  #longNote = (): string => `the record is longer than ${this.#dialect.maxRecord} characters`;

  #tooLong(): void {
    const skipped = this.#skipper!;
    this.#skipper = null;
    this.#reject("malformed-row", this.#longNote());
    this.#line += skipped.lines;
  }

  /** Passes over the rest of a record that is too long; false when more text is needed. */
  #skip(): boolean {
    const next = this.#skipper!.take(this.#text, this.#at);
    if (next === null) {
      this.#at = this.#text.length;
      return false;
    }
    this.#at = next;
    this.#special = -1;
    this.#tooLong();
    return true;
  }

  /** Moves to the next record's first character; false when there is none in the text at hand. */
  #skipBlankLines(): boolean {
    const { loneCr, recordEnd } = this.#dialect;
    for (;;) {
      if (this.#at >= this.#text.length) return false;
      const char = this.#text.charCodeAt(this.#at);
      if (char === 10) this.#at++;
      else if (char === 13) {
        const known = this.#at + 1 < this.#text.length;
        if (!known && !this.#final) return false;
        if (this.#text.charCodeAt(this.#at + 1) === 10) this.#at += 2;
        else if (loneCr || recordEnd !== null) this.#at++;
        else return true;
      } else return true;
      this.#line++;
    }
  }

  /** The end of the line that holds `from`, and where the next begins; null when it is not in the text yet. */
  #lineEnd(from: number): { readonly end: number; readonly next: number } | null {
    const text = this.#text;
    let at: number;
    if (this.#dialect.loneCr) {
      anyBreak.lastIndex = from;
      at = anyBreak.exec(text)?.index ?? -1;
      if (at >= 0 && text.charCodeAt(at) === 13) {
        if (at + 1 >= text.length && !this.#final) return null;
        return { end: at, next: text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1 };
      }
    } else at = text.indexOf("\n", from);
    if (at >= 0) return { end: at > from && text.charCodeAt(at - 1) === 13 ? at - 1 : at, next: at + 1 };
    return this.#final ? { end: text.length, next: text.length } : null;
  }

  /** The end of a record that has neither quotes nor escapes. */
  #recordEnd(from: number): { readonly end: number; readonly next: number } | null {
    const mark = this.#dialect.recordEnd;
    if (mark === null) return this.#lineEnd(from);
    const end = this.#text.indexOf(mark, from);
    return end < 0 ? null : { end, next: end + mark.length };
  }

  /** The quick way: a record without quotes and escapes is split at its delimiters. */
  #plain(start: number): Scan | null {
    const { quote, backslash, delimiter, nullText, recordEnd } = this.#dialect;
    if (this.#special < start) {
      const quoteAt = quote === null ? -1 : this.#text.indexOf(quote, start);
      const escapeAt = backslash ? this.#text.indexOf("\\", start) : -1;
      this.#special = Math.min(quoteAt < 0 ? Infinity : quoteAt, escapeAt < 0 ? Infinity : escapeAt);
    }
    const found = this.#recordEnd(start);
    if (found === null) {
      if (this.#special !== Infinity) return null;
      if (this.#final && recordEnd !== null) {
        return { kind: "bad", note: "the end-of-record mark is missing" };
      }
      return { kind: "more" };
    }
    if (this.#special < found.end) return null;
    const fields: (string | null)[] = this.#text.slice(start, found.end).split(delimiter);
    if (nullText !== null) {
      for (let i = 0; i < fields.length; i++) if (fields[i] === nullText) fields[i] = null;
    }
    return { kind: "row", fields, end: found.end, next: found.next, plain: recordEnd === null };
  }

  /** What ends a record at `at`: 0 when nothing does, -1 when that cannot be told yet. */
  #endAt(at: number): number {
    const { recordEnd, loneCr } = this.#dialect;
    const text = this.#text;
    if (recordEnd !== null) {
      if (text.startsWith(recordEnd, at)) return recordEnd.length;
      const short = text.length - at < recordEnd.length && recordEnd.startsWith(text.slice(at));
      return short && !this.#final ? -1 : 0;
    }
    const char = text.charCodeAt(at);
    if (char === 10) return 1;
    if (char !== 13) return 0;
    if (at + 1 >= text.length && !this.#final) return -1;
    if (text.charCodeAt(at + 1) === 10) return 2;
    return loneCr ? 1 : 0;
  }

  #scan(start: number): Scan {
    const { quote, delimiter, recordEnd } = this.#dialect;
    const text = this.#text;
    const fields: (string | null)[] = [];
    for (let at = start; ; at += delimiter.length) {
      const field = quote !== null && text.startsWith(quote, at) ? this.#quoted(at + 1) : this.#unquoted(at);
      if (typeof field === "string")
        return field === "more" ? { kind: "more" } : { kind: "bad", note: field };
      fields.push(field.value);
      at = field.end;
      if (at >= text.length) {
        if (!this.#final) return { kind: "more" };
        if (recordEnd !== null) return { kind: "bad", note: "the end-of-record mark is missing" };
        return { kind: "row", fields, end: at, next: at };
      }
      const ending = this.#endAt(at);
      if (ending < 0) return { kind: "more" };
      if (ending > 0) return { kind: "row", fields, end: at, next: at + ending };
      if (!text.startsWith(delimiter, at)) return { kind: "bad", note: "text stands after a closing quote" };
    }
  }

  /** A value up to its closing quote; `from` is behind the opening one. */
  #quoted(from: number): { readonly value: string; readonly end: number } | "more" {
    const quote = this.#dialect.quote!;
    const text = this.#text;
    let value = "";
    for (let at = from; ;) {
      this.#inQuotes.lastIndex = at;
      const to = this.#inQuotes.exec(text)?.index;
      if (to === undefined) return this.#open();
      value += text.slice(at, to);
      if (text[to] !== quote) {
        if (to + 1 >= text.length) return this.#open();
        value += unescape(text[to + 1]!);
        at = to + 2;
        continue;
      }
      if (to + 1 >= text.length && !this.#final) return "more";
      if (text[to + 1] !== quote) return { value, end: to + 1 };
      value += quote;
      at = to + 2;
    }
  }

  #open(): "more" {
    if (this.#final) this.#sink.unclosed(this.#line);
    return "more";
  }

  /** A value up to a delimiter or the record's end; an error as a text. */
  #unquoted(from: number): { readonly value: string | null; readonly end: number } | string {
    const { quote, backslash, delimiter, nullText } = this.#dialect;
    const text = this.#text;
    let value = "";
    let escaped = false;
    let clean = from;
    let at = from;
    for (; ; at++) {
      this.#outside.lastIndex = at;
      at = this.#outside.exec(text)?.index ?? text.length;
      if (at === text.length) break;
      const char = text[at]!;
      if (char === delimiter) break;
      const ending = this.#endAt(at);
      if (ending < 0) return "more";
      if (ending > 0) break;
      if (char === quote) return "a quote stands inside a value that is not quoted";
      if (char !== "\\" || !backslash) continue;
      if (at + 1 >= text.length) return this.#final ? "the file ends in an escape" : "more";
      value += text.slice(clean, at) + unescape(text[at + 1]!);
      escaped = true;
      clean = ++at + 1;
    }
    if (at >= text.length && !this.#final) return "more";
    const raw = text.slice(from, at);
    if ((nullText !== null && raw === nullText) || (backslash && raw === "\\N"))
      return { value: null, end: at };
    return { value: escaped ? value + text.slice(clean, at) : raw, end: at };
  }

  /** Goes on at the line, or behind the mark, after the one on which a record began. */
  #resume(start: number): void {
    const found = this.#recordEnd(start) ?? { next: this.#text.length };
    this.#at = found.next;
    this.#line += this.#breaks(start, found.next);
  }

  #breaks(from: number, to: number): number {
    const crCounts = this.#dialect.loneCr || this.#dialect.recordEnd !== null;
    const text = this.#text;
    let breaks = 0;
    for (let at = from; at < to; at++) {
      const char = text.charCodeAt(at);
      if (char === 10 || (char === 13 && crCounts && text.charCodeAt(at + 1) !== 10)) breaks++;
    }
    return breaks;
  }
}
