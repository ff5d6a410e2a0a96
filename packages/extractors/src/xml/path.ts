import type { Names } from "./names.js";
import { segmentsOf } from "./names.js";

/** Where a value lies, seen from a record's element. */
export interface Path {
  /** How many elements to go out first: those around the record, of which what stands before it is known. */
  readonly up: number;
  readonly elements: readonly string[];
  /** What is wanted of the element that was found. */
  readonly end:
    | { readonly kind: "element" | "text" | "attributes" }
    | { readonly kind: "attribute"; readonly name: string };
}

/**
 * Reads a path in xml2js's terms: `name/n/family`, `@recstatus` or `$/recstatus` for an attribute, `$` for
 * all of them, `_` for an element's own text, `.` for the whole record, `../sourcedid/id` for what stands
 * before the record in the element around it. Gives a sentence where the path says nothing.
 */
export function parsePath(text: string, names: Names): Path | string {
  const segments = [...segmentsOf(text)];
  if (segments.length === 0 || text.startsWith("/")) return "is no path";
  let up = 0;
  if (segments[0] === ".") segments.shift();
  while (segments[0] === "..") {
    segments.shift();
    up++;
  }
  let end: Path["end"] = { kind: "element" };
  const last = segments.at(-1);
  if (last === "_" || last === "$") {
    segments.pop();
    end = { kind: last === "_" ? "text" : "attributes" };
  } else if (last?.startsWith("@") === true || segments.at(-2) === "$") {
    segments.pop();
    if (segments.at(-1) === "$") segments.pop();
    const name = names.written(last!.replace(/^@/, ""), true);
    if (name === null) return "names no attribute";
    end = { kind: "attribute", name };
  }
  const elements: string[] = [];
  for (const segment of segments) {
    const name = names.written(segment);
    if (name === null) return `has a part that is no name: ${segment}`;
    elements.push(name);
  }
  if (up > 0 && elements.length === 0 && end.kind !== "attribute" && end.kind !== "attributes") {
    return "wants the whole of an element around the record, which has not been read by then";
  }
  return { up, elements, end };
}
