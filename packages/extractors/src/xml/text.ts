import type { FileExtract } from "../files/format.js";
import { readBytes } from "../files/folder.js";
import { readText, type KnownEncoding } from "../files/text.js";
import { malformedXml } from "./errors.js";

/** As the encoding standard of the web has it, Latin-1 is read as Windows-1252, of which it is a part. */
const declarable: ReadonlyMap<string, KnownEncoding> = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["us-ascii", "utf-8"],
  ["ascii", "utf-8"],
  ["windows-1252", "windows-1252"],
  ["cp1252", "windows-1252"],
  ["iso-8859-1", "windows-1252"],
  ["latin1", "windows-1252"],
]);

const declaration = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/;

/** By the byte order mark, by the shape of the first characters, by the declaration; else UTF-8. */
async function encodingOf({ file, options }: FileExtract): Promise<KnownEncoding> {
  if (options.encoding !== "auto") return options.encoding;
  for await (const bytes of readBytes(file)) {
    const start = bytes.subarray(0, 4).toString("hex");
    if (start.startsWith("fffe") || start === "3c003f00") return "utf-16le";
    if (start.startsWith("feff") || start === "003c003f") return "utf-16be";
    if (start.startsWith("efbbbf")) return "utf-8";
    const declared = declaration.exec(bytes.toString("latin1", 0, 1000))?.[1];
    if (declared === undefined) return "utf-8";
    const encoding = declarable.get(declared.toLowerCase());
    if (encoding !== undefined) return encoding;
    throw malformedXml(
      /^utf-?16/i.test(declared)
        ? "the document declares UTF-16 and is written otherwise"
        : `the document declares an encoding that is not known: ${JSON.stringify(declared.slice(0, 40))}`,
      { file: file.name, line: 1 },
      "Export it as UTF-8, or declare the `encoding` of the extract.",
    );
  }
  return "utf-8";
}

const loneHigh = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g;

/** A document's text in pieces. A surrogate pair is never cut, and each byte without a character is a lone low surrogate. */
export async function* xmlText(from: FileExtract, signal?: AbortSignal): AsyncGenerator<string> {
  const encoding = await encodingOf(from);
  let held = "";
  for await (const piece of readText(from.file, encoding, signal)) {
    if (!piece.suspect || encoding === "windows-1252" || encoding === "utf-8") {
      yield piece.text;
      continue;
    }
    let text = held + piece.text;
    held = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? "";
    text = text.slice(0, text.length - held.length);
    // The parser would take the character after one for its other half.
    yield text.isWellFormed() ? text : text.replaceAll(loneHigh, "\uDC80");
  }
  if (held !== "") yield "\uDC80";
}
