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

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function follow(document: unknown, parts: readonly string[]): unknown {
  let value = document;
  for (const part of parts) {
    if (!isContainer(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}

/** The first value there is along the paths; null where there is none. */
export function valueAt(document: unknown, paths: Path): unknown {
  for (const parts of paths) {
    const value = follow(document, parts);
    if (value !== undefined && value !== null) return value;
  }
  return null;
}
