/** A number as it is written. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON as it stands in a line. Objects are maps, in the order of the line: no name means anything to a map. */
export type Json = string | boolean | null | JsonNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** What is nested deeper is refused: no export of documents comes near, and recursion has to end somewhere. */
const maxDepth = 500;
/** Values of one line; each takes memory, however short it is written: `{}` a hundred times its length. */
const maxValues = 100_000;

const space = /[\t\n\r ]*/y;
/** The plain part of a text; whole texts by one expression would exhaust its stack. */
const plain = /[^"\\\u0000-\u001f]*/y; // eslint-disable-line no-control-regex
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;

/** Why a text is no JSON. In its message is no part of the text, which may be personal data. */
export class JsonError extends Error {}

/**
 * Parses JSON (RFC 8259) without rounding a number, in linear time and about the memory of the text:
 * JSON.parse rounds and takes the last of two members of one name, and libraries that do not put each text
 * together from single characters, which takes thirty times its size.
 */
export function parseJson(text: string): Json {
  let at = 0;
  let values = 0;

  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ""] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  };
  const fail = (): never => {
    throw new JsonError("the line is not valid JSON");
  };

  const textValue = (): string => {
    const from = ++at;
    for (;;) {
      take(plain);
      if (text[at] === '"') break;
      if (text[at] !== "\\") return fail();
      at += 2;
    }
    const inner = text.slice(from, at++);
    if (!inner.includes("\\")) return inner;
    try {
      return JSON.parse(`"${inner}"`) as string;
    } catch {
      return fail();
    }
  };

  const list = (depth: number): readonly Json[] => {
    const items: Json[] = [];
    at++;
    take(space);
    if (text[at] === "]") return (at++, items);
    for (;;) {
      items.push(value(depth + 1));
      if (text[at] === "]") return (at++, items);
      if (text[at++] !== ",") fail();
    }
  };

  const object = (depth: number): JsonObject => {
    const members = new Map<string, Json>();
    at++;
    take(space);
    if (text[at] === "}") return (at++, members);
    for (;;) {
      take(space);
      if (text[at] !== '"') fail();
      const name = textValue();
      if (members.has(name)) throw new JsonError("the line names a member twice");
      take(space);
      if (text[at++] !== ":") fail();
      members.set(name, value(depth + 1));
      if (text[at] === "}") return (at++, members);
      if (text[at++] !== ",") fail();
    }
  };

  /** A value with the space around it. */
  const value = (depth: number): Json => {
    if (depth > maxDepth) throw new JsonError(`the line is nested deeper than ${maxDepth}`);
    if (++values > maxValues) throw new JsonError(`the line has more than ${maxValues} values`);
    take(space);
    const found = valueHere(depth);
    take(space);
    return found;
  };
  const valueHere = (depth: number): Json => {
    switch (text[at]) {
      case '"':
        return textValue();
      case "{":
        return object(depth);
      case "[":
        return list(depth);
      case "t":
      case "f":
      case "n": {
        const found = take(word);
        return found === "" ? fail() : found === "null" ? null : found === "true";
      }
      default: {
        const found = take(number);
        return found === "" ? fail() : new JsonNumber(found);
      }
    }
  };

  const whole = value(0);
  return at < text.length ? fail() : whole;
}

/** A value as JSON text, its numbers as they were written. */
export function jsonText(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof Map) {
    const members = [...(value as JsonObject)].map(
      ([name, one]) => `${JSON.stringify(name)}:${jsonText(one)}`,
    );
    return `{${members.join(",")}}`;
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(jsonText).join(",")}]`;
  return JSON.stringify(value);
}
