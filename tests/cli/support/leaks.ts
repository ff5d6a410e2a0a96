import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Every form in which a text could lie somewhere: as it is, wide, escaped, encoded, turned around. */
function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  // In base64 a text looks otherwise at each of three places; its middle is what is the same.
  const base64 = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before, "x"), bytes, Buffer.alloc(2, "x")]);
    const middle = (encoded: string): string => encoded.slice(before === 0 ? 0 : 4, -4);
    return [middle(padded.toString("base64")), middle(padded.toString("base64url"))];
  });
  const texts = [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    bytes.toString("hex"),
    [...text].toReversed().join(""),
    ...base64,
  ];
  return [...texts.map((one) => Buffer.from(one)), Buffer.from(text, "utf16le")];
}

/** Whether a text, or a file's bytes, hold a secret in any form. */
export function tells(content: string | Buffer, secret: string): boolean {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return formsOf(secret).some((form) => bytes.includes(form));
}

/** Files below a folder that hold a secret in any form. */
export const tellingFiles = (
  folder: string,
  secret: string,
  but: readonly string[] = [],
): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(folder, name)).isFile() && !but.includes(name))
    .filter((name) => tells(readFileSync(path.join(folder, name)), secret) || tells(name, secret));
