import { CutoverError, type ExtractSpec, type Problem, nearest } from "@cutover/model";
import type { FileOptions } from "./options.js";

/** Where each declared column stands in a file: an index, or -1 for an optional column that is absent. */
export interface HeaderMap {
  readonly indexes: readonly number[];
  /** Values a record has at least and at most: an empty column name at the end may be left out. */
  readonly least: number;
  readonly most: number;
}

/** Names are compared without regard to case and white space, which people change in spreadsheets. */
const headerKey = (name: string): string =>
  name
    .normalize("NFC")
    .replaceAll(/[\s\u200B\uFEFF]+/gu, "")
    .toLowerCase();

const shown = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);

/** Column names as the file has them, without the empty ones that a delimiter at a line's end leaves. */
function trimmed(names: readonly string[]): readonly string[] {
  let length = names.length;
  while (length > 0 && headerKey(names[length - 1]!) === "") length--;
  return names.slice(0, length);
}

/** For every name in a file the declared column it stands for, or null. The exact name wins over a similar one. */
export function claim(
  names: readonly string[],
  extract: ExtractSpec,
  options: FileOptions,
): readonly (string | null)[] {
  const exact = new Map<string, string>();
  const similar = new Map<string, string>();
  for (const { name } of extract.columns) {
    for (const alias of [name, ...(options.headers[name] ?? [])]) {
      if (!exact.has(alias)) exact.set(alias, name);
      const key = headerKey(alias);
      if (!similar.has(key)) similar.set(key, name);
    }
  }
  return names.map((name) => exact.get(name) ?? similar.get(headerKey(name)) ?? null);
}

/** Where other names are declared: the shipped file stays as it is, the migration's own is laid over it. */
const inHeaders = ({ name, system = "<system>" }: ExtractSpec): string =>
  `\`extracts: ${name}: headers\` of mappings/${system}/system.yaml in the migration folder`;

/** Problems of a header that are listed. */
const mostProblems = 50;

/** Maps a file's header to the declared columns; throws `source-malformed` with everything that does not fit. */
export function mapHeader(
  names: readonly string[],
  extract: ExtractSpec,
  options: FileOptions,
  file: string,
  line: number,
): HeaderMap {
  const real = trimmed(names);
  const claimed = claim(real, extract, options);
  const problems: Problem[] = [];
  let unlisted = 0;
  const problem = (message: () => string, remedy?: () => string | undefined) => {
    if (problems.length < mostProblems)
      problems.push({ message: message(), at: { file, line }, remedy: remedy?.() });
    else unlisted++;
  };
  // A first line without a single known name is no header, and what it holds may be somebody's data.
  if (real.length > 0 && claimed.every((column) => column === null)) {
    throw new CutoverError("source-malformed", `the header of ${file} does not fit extract ${extract.name}`, {
      stage: "extract",
      problems: [
        {
          message: `none of the ${real.length} columns has a known name`,
          at: { file, line },
          remedy: `Does the file begin with a header? Expected: ${extract.columns.map((column) => column.name).join(", ")}. Other names are declared under ${inHeaders(extract)}.`,
        },
      ],
    });
  }
  const free = extract.columns.map((column) => column.name).filter((name) => !claimed.includes(name));
  const spare = real.filter((_, i) => claimed[i] === null);

  const seen = new Map<string, number>();
  claimed.forEach((column, i) => {
    const name = real[i]!;
    if (column === null) {
      if (options.unknown === "ignore") return;
      problem(
        () => (name.trim() === "" ? `column ${i + 1} has no name` : `column ${shown(name)} is not known`),
        () => {
          const near = nearest(name, free);
          return near === null
            ? "Take the column out, or declare it."
            : `Is it ${near}? Then add it under ${inHeaders(extract)}.`;
        },
      );
      return;
    }
    const earlier = seen.get(column);
    if (earlier !== undefined) {
      problem(
        () => `columns ${earlier + 1} and ${i + 1} are both ${column}`,
        () => "Take one of them out.",
      );
    } else seen.set(column, i);
  });

  const indexes = extract.columns.map(({ name }) => {
    const index = seen.get(name);
    if (index !== undefined) return index;
    if (!options.optional.has(name)) {
      problem(
        () => `column ${name} is missing`,
        () => {
          const near = nearest(name, spare);
          return near === null
            ? "Export the column too."
            : `Is it ${shown(near)}? Then add it under ${inHeaders(extract)}.`;
        },
      );
    }
    return -1;
  });

  if (problems.length > 0) {
    if (unlisted > 0) problems.push({ message: `and ${unlisted} more problems`, at: { file, line } });
    throw new CutoverError("source-malformed", `the header of ${file} does not fit extract ${extract.name}`, {
      stage: "extract",
      problems,
    });
  }
  return { indexes, least: real.length, most: names.length };
}

/** The map of files without a header: columns in their declared order. */
export function mapByPosition(extract: ExtractSpec): HeaderMap {
  const count = extract.columns.length;
  return { indexes: extract.columns.map((_, i) => i), least: count, most: count };
}
