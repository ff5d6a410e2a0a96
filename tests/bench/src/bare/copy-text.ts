/** Characters that COPY writes otherwise, and how. */
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
const characters = new Map(Object.entries(escapes).map(([character, [, letter]]) => [letter!, character]));

/** Whether COPY cannot take a text as it is. */
export const mustEscape = (text: string): boolean => /[\\\b\f\n\r\t\v]/.test(text);

export const escape = (text: string): string => text.replace(/[\\\b\f\n\r\t\v]/g, (c) => escapes[c]!);

export const unescape = (text: string): string =>
  text.replace(/\\(.)/gs, (_: string, letter: string) => characters.get(letter) ?? letter);
