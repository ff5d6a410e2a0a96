/**
 * Composite keys: two or more parts joined by `|`, with `|` and `\` in a part escaped by `\`, so that
 * different parts never give one key. A key of one part is that part as it is.
 */
const special = /[|\\]/g;

const keyPart = (text: string): string => (/[|\\]/.test(text) ? text.replace(special, "\\$&") : text);

export const joinKey = (parts: readonly string[]): string =>
  parts.length === 1 ? parts[0]! : parts.map(keyPart).join("|");

/** The parts of a key that was joined from two or more. */
export function splitKey(key: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < key.length; i += 1) {
    const character = key[i];
    if (character === "\\" && i + 1 < key.length) {
      i += 1;
      part += key[i];
    } else if (character === "|") {
      parts.push(part);
      part = "";
    } else part += character;
  }
  parts.push(part);
  return parts;
}
