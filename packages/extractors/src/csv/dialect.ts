import type { FileOptions } from "../files/options.js";

/** How one file separates its values and records. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly backslash: boolean;
  readonly recordEnd: string | null;
  /** Lines end in CR alone. Else a lone CR is part of a value, and only LF and CRLF end a line. */
  readonly loneCr: boolean;
  readonly nullText: string | null;
  readonly maxRecord: number;
}

export const delimiterCandidates = [",", "\t", ";", "|"] as const;

/** Whether the first line of a text ends in CR alone. */
function endsInLoneCr(text: string, quote: string | null): boolean {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === quote) quoted = !quoted;
    else if (quoted) continue;
    else if (char === "\n") return false;
    else if (char === "\r") return text[i + 1] !== "\n";
  }
  return false;
}

/** The dialect of a file whose text begins with `beginning`. */
export const dialectOf = (options: FileOptions, delimiter: string, beginning: string): CsvDialect => ({
  delimiter,
  quote: options.quote,
  backslash: options.backslash,
  recordEnd: options.recordEnd,
  loneCr: options.recordEnd === null && endsInLoneCr(beginning, options.quote),
  nullText: options.nullText,
  maxRecord: options.maxRecord,
});
