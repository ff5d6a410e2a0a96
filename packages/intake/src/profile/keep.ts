import { createHash } from "node:crypto";

/** A text that may be kept: a long one is known by its digest. */
export const keepable = (text: string): string =>
  text.length <= 100 ? text : `${text.length} ${createHash("sha256").update(text).digest("base64")}`;

/**
 * A copy of a text. What is cut out of a large piece of a file keeps all of the piece in memory, for as long
 * as it is kept itself.
 */
export const ownCopy = (text: string): string => Buffer.from(text, "utf16le").toString("utf16le");
