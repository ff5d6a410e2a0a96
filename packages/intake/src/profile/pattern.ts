/** Letters of a run that are shown, and digits. */
const letters = 4;
const digits = 12;
const longest = 40;

/** Shapes of ASCII, looked up: this runs for every character of a source. */
const ascii: readonly string[] = Array.from({ length: 128 }, (_, code) => shapeOf(String.fromCharCode(code)));

/** A value's shape: `Anna-42` → `Aaaa-99`. Runs of letters are cut, so that words of any length look alike. */
export function patternOf(value: string): string {
  let pattern = "";
  let last = "";
  let run = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    let shape = ascii[code];
    if (shape === undefined) {
      const char = String.fromCodePoint(value.codePointAt(i)!);
      i += char.length - 1;
      shape = shapeOf(char);
    }
    const kind = shape === "A" ? "a" : shape;
    run = kind === last ? run + 1 : 1;
    last = kind;
    if (run > (kind === "a" || kind === "x" ? letters : kind === "9" ? digits : 2)) continue;
    pattern += shape;
    if (pattern.length >= longest) return `${pattern}…`;
  }
  return pattern;
}

function shapeOf(char: string): string {
  const code = char.codePointAt(0)!;
  if (code >= 48 && code <= 57) return "9";
  if (code >= 97 && code <= 122) return "a";
  if (code >= 65 && code <= 90) return "A";
  if (code < 32 || (code >= 127 && code < 160)) return "¬";
  if (code < 128) return char;
  if (/\p{Lu}/u.test(char)) return "A";
  if (/\p{Ll}/u.test(char)) return "a";
  if (/\p{L}/u.test(char)) return "x";
  if (/\p{M}/u.test(char)) return "";
  return /\p{N}/u.test(char) ? "9" : "?";
}
