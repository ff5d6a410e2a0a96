import type { Json, JsonObject } from "./json.js";

/** Where a column's value lies in a document: the ways to look, in order. */
export type Path = readonly (readonly string[])[];

const unescaped = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** `actor.account.name` is first a member of that name, then a path; `/a/b.c` is a JSON pointer. */
export const pathsOf = (names: readonly string[]): Path =>
  names.flatMap((name) =>
    name.startsWith("/")
      ? [name.slice(1).split("/").map(unescaped)]
      : name.includes(".")
        ? [[name], name.split(".")]
        : [[name]],
  );

/** A member of an object, or an item of a list by its number. */
function step(value: Json, part: string): Json | undefined {
  if (value instanceof Map) return (value as JsonObject).get(part);
  return Array.isArray(value) && /^\d+$/.test(part) ? (value as readonly Json[])[Number(part)] : undefined;
}

function follow(document: Json, parts: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const part of parts) {
    value = step(value, part);
    if (value === undefined) return undefined;
  }
  return value;
}

/** The first value there is along the paths; null where there is none. */
export function valueAt(document: Json, paths: Path): Json {
  for (const parts of paths) {
    const value = follow(document, parts);
    if (value !== undefined && value !== null) return value;
  }
  return null;
}
