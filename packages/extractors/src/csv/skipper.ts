import type { CsvDialect } from "./dialect.js";

/**
 * Finds the end of a record that is too long to be held, a character at a time and without keeping any.
 * Quotes are minded: what looks like a record inside a huge value must not be read as one.
 */
export class RecordSkipper {
  readonly #dialect: CsvDialect;
  quoted = false;
  /** Line breaks passed. */
  lines = 0;
  #fieldStart = true;
  #escaped = false;
  /** A quote was seen inside quotes: it closes them unless another follows. */
  #closing = false;
  #cr = false;
  #marked = 0;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  /** Whether the text so far ends inside quotes. */
  get open(): boolean {
    return this.quoted && !this.#closing;
  }

  /** The position behind the record's end, or null when the record goes on after this text. */
  take(text: string, from: number): number | null {
    for (let at = from; at < text.length; at++) {
      const ended = this.#step(text[at]!);
      if (ended === "before") return at;
      if (ended === "here") return at + 1;
    }
    return null;
  }

  #step(char: string): "before" | "here" | null {
    const { quote, backslash, delimiter, recordEnd, loneCr } = this.#dialect;
    if (this.#cr) {
      this.#cr = false;
      if (char === "\n") return this.#countsHere(recordEnd === null && !this.quoted);
      if (loneCr || recordEnd !== null) {
        this.lines++;
        if (loneCr && !this.quoted) return "before";
      }
    }
    if (this.#escaped) {
      this.#escaped = false;
      if (char === "\n") this.lines++;
      return null;
    }
    if (this.#closing) {
      this.#closing = false;
      if (char === quote) return null;
      this.quoted = false;
    }
    if (backslash && char === "\\") {
      this.#escaped = true;
      this.#fieldStart = false;
      return null;
    }
    if (this.quoted) {
      if (char === quote) this.#closing = true;
      else if (char === "\n") this.lines++;
      else if (char === "\r") this.#cr = true;
      return null;
    }
    if (recordEnd !== null) {
      this.#marked = char === recordEnd[this.#marked] ? this.#marked + 1 : char === recordEnd[0] ? 1 : 0;
      if (this.#marked === recordEnd.length) return "here";
    }
    if (char === quote && this.#fieldStart) this.quoted = true;
    this.#fieldStart = char === delimiter;
    if (char === "\r") this.#cr = true;
    else if (char === "\n") return this.#countsHere(recordEnd === null);
    return null;
  }

  #countsHere(ends: boolean): "here" | null {
    this.lines++;
    return ends ? "here" : null;
  }
}
