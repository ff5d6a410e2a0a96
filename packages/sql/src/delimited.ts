import type { Parameter } from "./session.js";

/** Bytes a piece has, about: few enough to be sent while the next is written, many enough to be few. */
const pieceBytes = 256 * 1024;

/** What two engines spell differently in the format they share. */
export interface Spelling {
  readonly true: string;
  readonly false: string;
  /** What stands before the hexadecimal digits of bytes, already escaped. */
  readonly beforeHex: string;
}

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const backslash = 92;
const special = /[\t\n\r\\]/;
const escapes: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };

/**
 * Rows as lines of fields with tabs between them, `\N` for null and backslashes before what would be
 * taken for a delimiter: what COPY and LOAD DATA read by default. The bytes are written where they are
 * sent from; texts put together first would cost half as much again.
 */
export function* delimited(rows: readonly (readonly Parameter[])[], spelling: Spelling): Generator<Buffer> {
  const writer = new Writer(spelling);
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      if (i > 0) writer.byte(tab);
      writer.field(row[i]!);
    }
    writer.byte(newline);
    if (writer.length >= pieceBytes) yield writer.take();
  }
  if (writer.length > 0) yield writer.take();
}

class Writer {
  #buffer = Buffer.allocUnsafe(pieceBytes + 16 * 1024);
  length = 0;
  readonly #spelling: Spelling;

  constructor(spelling: Spelling) {
    this.#spelling = spelling;
  }

  /** What was written; the next is written elsewhere, for these bytes may still be under way. */
  take(): Buffer {
    const piece = this.#buffer.subarray(0, this.length);
    this.#buffer = Buffer.allocUnsafe(pieceBytes + 16 * 1024);
    this.length = 0;
    return piece;
  }

  byte(code: number): void {
    this.#need(1);
    this.#buffer[this.length++] = code;
  }

  field(value: Parameter): void {
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "number":
      case "bigint":
        return this.#plain(String(value));
      case "boolean":
        return this.#plain(value ? this.#spelling.true : this.#spelling.false);
      default:
        if (value === null) this.#plain("\\N");
        else this.#bytes(value);
    }
  }

  #need(bytes: number): void {
    if (this.#buffer.length - this.length >= bytes) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.length + bytes));
    this.#buffer.copy(larger, 0, 0, this.length);
    this.#buffer = larger;
  }

  /** ASCII without anything to escape. */
  #plain(text: string): void {
    this.#need(text.length);
    const buffer = this.#buffer;
    let at = this.length;
    for (let i = 0; i < text.length; i++) buffer[at++] = text.charCodeAt(i);
    this.length = at;
  }

  #text(text: string): void {
    // The most that UTF-8 or an escape makes of a UTF-16 unit.
    this.#need(text.length * 3);
    if (text.length < 48 && this.#short(text)) return;
    const escaped = special.test(text) ? text.replace(/[\t\n\r\\]/g, (found) => escapes[found]!) : text;
    this.length += this.#buffer.write(escaped, this.length, "utf8");
  }

  /** Byte by byte, which for a few is quicker than a call into the engine; only where all are plain ASCII. */
  #short(text: string): boolean {
    const buffer = this.#buffer;
    let at = this.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 128 || code === backslash || code === tab || code === newline || code === carriageReturn) {
        return false;
      }
      buffer[at++] = code;
    }
    this.length = at;
    return true;
  }

  #bytes(value: Uint8Array): void {
    this.#plain(this.#spelling.beforeHex);
    this.#need(value.byteLength * 2);
    const hex = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
    this.length += this.#buffer.write(hex, this.length, "latin1");
  }
}
