import type { IssueCode } from "@cutover/model";

// Anything a plain text should not hold: C0 but for tab and line ends, DEL, C1, surrogates (whether in
// pairs is told apart below, on the slow path) and the replacement character.
// oxlint-disable-next-line no-control-regex
const suspicious = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uD800-\uDFFF\uFFFD]/;
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/;

/**
 * What is wrong with a source's text, or null. A replacement character means that somebody before us
 * read the text in the wrong encoding and lost a character: that cannot be mended here, only shown.
 */
export function textFault(text: string): Extract<IssueCode, "control-character" | "bad-encoding"> | null {
  if (!suspicious.test(text)) return null;
  if (control.test(text)) return "control-character";
  return text.includes("\uFFFD") || !text.isWellFormed() ? "bad-encoding" : null;
}

/** How many code points a text has. */
function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    count += 1;
    if (isHighSurrogate(text, i)) i += 1;
  }
  return count;
}

/** The first `limit` code points. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (count === limit) return text.slice(0, i);
    count += 1;
    if (isHighSurrogate(text, i)) i += 1;
  }
  return text;
}

/** Whether a text has more than `limit` code points; counts only where it must. */
export const longerThan = (text: string, limit: number): boolean =>
  text.length > limit && (text.length > limit * 2 || codePoints(text) > limit);

function isHighSurrogate(text: string, i: number): boolean {
  const unit = text.charCodeAt(i);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(i + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
