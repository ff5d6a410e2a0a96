import type { ExtractSpec, SourceValue } from "@cutover/model";
import { fileExtractor } from "../extractor/files.js";
import type { ExtractorMedium } from "../extractor/room.js";
import { folderTarget } from "../loader/csv.js";
import type { LoaderMedium } from "../loader/room.js";

const textOf = (value: SourceValue): string => (value === null ? "" : String(value as string | number));

const onlyTexts: ExtractorMedium["waivers"] = [
  { behaviour: "natives", because: "A file of texts has no types of its own." },
  { behaviour: "bytes", because: "A file of texts holds no bytes." },
  { behaviour: "nulls", because: "An empty value can mean either; the mapping takes it for none." },
];

/** How a file is laid out, and as an extract says it. */
interface Layout {
  readonly delimiter: string;
  readonly quotes: boolean;
  readonly recordEnd: string;
  readonly options: ExtractSpec["options"];
}

const csvSource = (
  name: string,
  { delimiter, quotes, recordEnd, options }: Layout,
  waivers: ExtractorMedium["waivers"] = [],
): ExtractorMedium =>
  fileExtractor({
    name,
    medium: "csv",
    options: () => options,
    waivers: [...onlyTexts, ...waivers],
    reads: (value) => (value instanceof Uint8Array ? value : textOf(value)),
    write(columns, rows) {
      const quoted = (text: string): string => (quotes ? `"${text.replaceAll('"', '""')}"` : text);
      const record = (values: readonly string[]): string => values.map(quoted).join(delimiter) + recordEnd;
      return [columns.map(({ name }) => name), ...rows.map((row) => row.map(textOf))].map(record).join("");
    },
  });

export const commaSource = csvSource("csv, comma", {
  delimiter: ",",
  quotes: true,
  recordEnd: "\n",
  options: { delimiter: "comma" },
});

export const tabSource = csvSource("csv, tab", {
  delimiter: "\t",
  quotes: true,
  recordEnd: "\r\n",
  options: {},
});

export const pipeSource = csvSource("csv, pipe", {
  delimiter: "|",
  quotes: true,
  recordEnd: "\r\n",
  options: { delimiter: "pipe", encoding: "utf-8" },
});

export const markedSource = csvSource(
  "csv, `!##!`",
  {
    delimiter: "|",
    quotes: false,
    recordEnd: "!##!\r\n",
    options: { delimiter: "pipe", recordEnd: "!##!", quote: "none" },
  },
  [{ behaviour: "delimiters", because: "Without quotes a value cannot have the delimiter in it." }],
);

export const csvTarget: LoaderMedium = {
  name: "csv",
  capabilities: { recognizes: "natural-key", undo: "full", transactional: true },
  waivers: [
    { behaviour: "natives", because: "A file of texts has no types of its own." },
    { behaviour: "bytes", because: "A file of texts holds no bytes." },
    { behaviour: "nulls", because: "An empty value can mean either; it is found as none." },
    { behaviour: "missing", because: "A file that does not exist yet is made as it is declared." },
    {
      behaviour: "othersTables",
      because: "Files that nobody declared are nobody's: what hangs on a row is declared.",
    },
    { behaviour: "ranges", because: "All rows would be read for some: they are found by their keys." },
    {
      behaviour: "counting",
      because: "Nobody else can add rows to a file while it is loaded: there is nothing to count.",
    },
    { behaviour: "excess", because: "A file keeps NUL, and any number of digits." },
    {
      behaviour: "constraints",
      because: "A file knows no unique values: the engine finds rows by their key before it writes.",
    },
    {
      behaviour: "defaults",
      because: "Nobody fills in a default in a file: what is not written stays empty.",
    },
    {
      behaviour: "othersGoOn",
      because: "A file that others change while it is loaded stops the load, which says how to go on.",
    },
    {
      behaviour: "applied",
      because:
        "A file is printed when its loader closes; until then the rows lie safe in the migration's store.",
    },
  ],
  prepare: () => Promise.resolve(folderTarget()),
};
