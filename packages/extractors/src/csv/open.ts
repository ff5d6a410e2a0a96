import { CutoverError, type RejectedRow } from "@cutover/model";
import type { FileExtract } from "../files/format.js";
import { claim, mapByPosition, mapHeader, type HeaderMap } from "../files/header.js";
import { findEncoding, readText, type KnownEncoding } from "../files/text.js";
import { delimiterCandidates, dialectOf, type CsvDialect } from "./dialect.js";
import { CsvTokenizer, type RecordSink } from "./tokenizer.js";

/** What was found out about one file from its beginning. */
export interface CsvFile {
  readonly encoding: KnownEncoding;
  readonly dialect: CsvDialect;
  /** The file's first record; null in an empty file. */
  readonly first: { readonly fields: readonly string[]; readonly line: number } | null;
  /** Why the first record cannot be read, where it cannot. */
  readonly damaged: RejectedRow | null;
}

const malformed = (file: string, line: number | undefined, message: string, remedy?: string): CutoverError =>
  new CutoverError("source-malformed", `${file} cannot be read as CSV`, {
    stage: "extract",
    problems: [{ message, at: { file, line }, remedy }],
  });

/** The error of a file that ends inside quotes: what is behind the open quote cannot be told from its value. */
export const unclosed = (file: string, line: number): never => {
  throw malformed(
    file,
    line,
    `the record on line ${line} opens a quote that is never closed`,
    "Mend the quote; if it is part of a value in a file without quoting, declare `quote: none`. The export may also have been cut off.",
  );
};

type First = Pick<CsvFile, "first" | "damaged">;

/** The first record of a text under a dialect; null when the text does not hold all of it. */
function firstRecord(
  text: string,
  suspect: boolean,
  final: boolean,
  dialect: CsvDialect,
  file: string,
): First | null {
  let found: First | null = null;
  const sink: RecordSink = {
    row: (fields, line) => {
      found ??= { first: { fields: fields.map((field) => field ?? ""), line }, damaged: null };
    },
    bad: (rejected) => {
      found ??= { first: null, damaged: rejected };
    },
    unclosed: (line) => {
      // A later record's quote is not the header's concern.
      if (found === null) unclosed(file, line);
      throw new Stop();
    },
  };
  const tokenizer = new CsvTokenizer(dialect, sink);
  try {
    tokenizer.push(text, suspect);
    if (final) tokenizer.end();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return found ?? (final ? { first: null, damaged: null } : null);
}

class Stop extends Error {}

/** Looks at a file's beginning: encoding, line ends, delimiter and first record. */
export async function openCsv(
  { file, extract, options }: FileExtract,
  signal?: AbortSignal,
): Promise<CsvFile> {
  const encoding = options.encoding === "auto" ? await findEncoding(file, signal) : options.encoding;
  const candidates = options.delimiter === null ? delimiterCandidates : [options.delimiter];

  const tryAll = (text: string, suspect: boolean, final: boolean): CsvFile | null => {
    let best: CsvFile | null = null;
    let most = -1;
    for (const delimiter of candidates) {
      const dialect = dialectOf(options, delimiter, text);
      const found = firstRecord(text, suspect, final, dialect, file.name);
      if (found === null) return null;
      const names = found.first?.fields ?? [];
      // The delimiter that makes most of the header known; then the one that cuts it into most parts.
      const known = options.header
        ? claim(names, extract, options).filter((name) => name !== null).length
        : 0;
      const score = known * 1_000_000 + names.length;
      if (score > most) {
        most = score;
        best = { encoding, dialect, ...found };
      }
    }
    return best;
  };

  let beginning = "";
  let suspect = false;
  for await (const piece of readText(file, encoding, signal)) {
    beginning += piece.text;
    suspect ||= piece.suspect;
    const found = tryAll(beginning, suspect, false);
    if (found !== null) return found;
  }
  return tryAll(beginning, suspect, true)!;
}

/** The header map of an opened file; throws `source-malformed` when the file has none that fits. */
export function headerOf(opened: CsvFile, { file, extract, options }: FileExtract): HeaderMap {
  if (!options.header) return mapByPosition(extract);
  const { first, damaged } = opened;
  if (damaged !== null) {
    throw malformed(
      file.name,
      damaged.at,
      `the header cannot be read as ${opened.encoding}: ${damaged.note}`,
      damaged.code === "bad-encoding" ? "Declare the file's real encoding." : undefined,
    );
  }
  if (first === null) {
    throw malformed(
      file.name,
      1,
      "the file is empty: it has not even a header",
      "Export it again, with its header.",
    );
  }
  return mapHeader(first.fields, extract, options, file.name, first.line);
}
