import { isAscii, isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import type { SourceFile } from "./folder.js";
import { readBytes } from "./folder.js";
import type { Encoding } from "./options.js";

export type KnownEncoding = Exclude<Encoding, "auto">;

/** A piece of a file's text. Bytes that are not valid are lone surrogates in it, so that `isWellFormed` tells. */
export interface TextPiece {
  readonly text: string;
  /** Whether the text may hold invalid bytes; most pieces are known to be clean. */
  readonly suspect: boolean;
}

/** How many bytes at the end of a piece begin a UTF-8 character that the next piece ends. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** The length of the valid UTF-8 character at `at`, or 0. */
function characterAt(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf5 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

/** Text in which each invalid byte is a lone surrogate from U+DC80: no valid text has one. */
function decodeDamaged(bytes: Buffer): string {
  let text = "";
  let clean = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString("utf8", clean, at) + String.fromCharCode(0xdc00 + bytes[at]!);
    clean = ++at;
  }
  return text + bytes.toString("utf8", clean);
}

async function* decodeUtf8(pieces: AsyncIterable<Buffer>): AsyncGenerator<TextPiece> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  const decode = (bytes: Buffer): TextPiece => {
    const clean = isUtf8(bytes);
    let text = clean ? bytes.toString("utf8") : decodeDamaged(bytes);
    if (first && text.startsWith("\uFEFF")) text = text.slice(1);
    first = false;
    return { text, suspect: !clean };
  };
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const cut = bytes.length - unfinished(bytes);
    rest = bytes.subarray(cut);
    if (cut > 0) yield decode(bytes.subarray(0, cut));
  }
  if (rest.length > 0) yield decode(rest);
}

async function* decodeOther(
  pieces: AsyncIterable<Buffer>,
  encoding: Exclude<KnownEncoding, "utf-8">,
): AsyncGenerator<TextPiece> {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  const wide = encoding !== "windows-1252";
  let bytes = 0;
  // Windows-1252 has no U+FFFD of its own: there it stands for a byte without a character.
  const mark = (text: string) => (wide ? text : text.replaceAll("\uFFFD", "\uDC80"));
  for await (const piece of pieces) {
    bytes += piece.length;
    const text = mark(decoder.write(piece));
    if (text !== "") yield { text, suspect: true };
  }
  const end = decoder.end() ?? "";
  const odd = wide && bytes % 2 === 1 ? "\uDC80" : "";
  if (end !== "" || odd !== "") yield { text: end.replaceAll("\uFFFD", "") + odd, suspect: true };
}

/** A file's text in pieces, without its byte order mark. */
export const readText = (
  file: SourceFile,
  encoding: KnownEncoding,
  signal?: AbortSignal,
): AsyncGenerator<TextPiece> =>
  encoding === "utf-8" ? decodeUtf8(readBytes(file, signal)) : decodeOther(readBytes(file, signal), encoding);

/**
 * Finds out a file's encoding: by its byte order mark; by the zero bytes of UTF-16; then by whether it is
 * valid UTF-8. A file with more UTF-8 characters than invalid bytes is UTF-8 with damaged rows, not
 * Windows-1252: its good rows must not turn into mojibake because of a bad one.
 */
export async function findEncoding(file: SourceFile, signal?: AbortSignal): Promise<KnownEncoding> {
  let first = true;
  let rest: Buffer = Buffer.alloc(0);
  let characters = 0;
  let invalid = 0;
  for await (const piece of readBytes(file, signal)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    if (first) {
      first = false;
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
      if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
      const wide = zeroSide(bytes.subarray(0, 8));
      if (wide !== null) return wide;
    }
    const cut = bytes.length - unfinished(bytes);
    const whole = bytes.subarray(0, cut);
    rest = bytes.subarray(cut);
    if (isAscii(whole)) continue;
    if (isUtf8(whole)) {
      characters += whole.length - whole.toString("utf8").length;
      continue;
    }
    const found = inspect(whole);
    characters += found.characters;
    invalid += found.invalid;
  }
  invalid += rest.length;
  if (invalid === 0) return "utf-8";
  return characters > invalid ? "utf-8" : "windows-1252";
}

function inspect(bytes: Buffer): { readonly characters: number; readonly invalid: number } {
  let characters = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at]! < 0x80) {
      at++;
      continue;
    }
    const length = characterAt(bytes, at);
    if (length > 0) characters++;
    else invalid++;
    at += Math.max(1, length);
  }
  return { characters, invalid };
}

/** UTF-16 without a mark: the first characters of a header or a document are Latin, half of each zero. */
function zeroSide(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  const zeros = [0, 0];
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2]!++;
  });
  if (bytes.length < 4) return null;
  if (zeros[1] === bytes.length / 2 && zeros[0] === 0) return "utf-16le";
  return zeros[0] === bytes.length / 2 && zeros[1] === 0 ? "utf-16be" : null;
}
