import { CutoverError, type Problem } from "@cutover/model";
import type { FileExtract } from "../files/format.js";
import { Names, segmentsOf } from "./names.js";
import type { Kept } from "./node.js";
import { parsePath, type Path } from "./path.js";

/** An extract from XML, understood. */
export interface XmlSpec {
  readonly names: Names;
  /** The elements from the root to the record; `*` stands for any. */
  readonly record: readonly string[];
  /** For each column the places to look, in order. */
  readonly columns: readonly { readonly json: boolean; readonly paths: readonly Path[] }[];
  /** What columns want of a record; null where one wants all of it. */
  readonly kept: Kept | null;
  /** For each element around the record, by its depth from 0, the elements in it that columns want. */
  readonly around: readonly ReadonlySet<string>[];
}

/** Reads an extract's paths; throws `mapping-invalid` with everything that is wrong with them. */
export function xmlSpec({ extract, options }: FileExtract): XmlSpec {
  const problems: Problem[] = [];
  const wrong = (message: string, remedy?: string) => {
    problems.push({ message: `extract ${extract.name}: ${message}`, remedy });
  };
  const names = new Names(options.namespaces, options.record ?? "");

  const segments = segmentsOf(options.record ?? "");
  const record = segments.map((segment) => {
    const name = segment === "*" ? segment : names.written(segment);
    if (name === null) {
      wrong(
        `record has a part that is no name: ${segment}`,
        names.spaces ? "Declare its prefix in `namespaces`." : undefined,
      );
    }
    return name ?? "";
  });
  if (record.length === 0) {
    wrong(
      "record is not the path of an element",
      "Name the elements from the document's root to the record: enterprise/person.",
    );
  }

  const around = record.map(() => new Set<string>());
  const columns = extract.columns.map(({ name, type }) => {
    const paths = (options.headers[name] ?? [name]).flatMap((text) => {
      const path = parsePath(text, names);
      if (typeof path === "string") {
        wrong(`the path of column ${name} ${path}`, "Give its place in the record in `headers`.");
        return [];
      }
      const level = record.length - path.up;
      if (path.up === 0) return [path];
      const first = path.elements[0];
      if (level < 1) wrong(`the path of column ${name} leads out of the document`);
      else if (first !== undefined && (first === record[level] || record[level] === "*")) {
        wrong(`the path of column ${name} leads into the record again`);
      } else if (first !== undefined) around[level - 1]!.add(first);
      return [path];
    });
    return { json: type === "json", paths };
  });
  if (problems.length > 0) {
    throw new CutoverError("mapping-invalid", `extract ${extract.name} cannot be read as declared`, {
      stage: "configure",
      problems,
    });
  }
  const kept = keptBy(columns.flatMap(({ paths }) => paths.filter(({ up }) => up === 0)));
  return { names, record, columns, kept, around };
}

/** What lies on paths, and all that lies below where they end in an element or its text. */
function keptBy(paths: readonly Path[], depth = 0): Kept | null {
  const kept = new Map<string, Kept | null>();
  for (const { elements, end } of paths) {
    if (elements.length > depth) kept.set(elements[depth]!, null);
    else if (end.kind === "element" || end.kind === "text") return null;
  }
  for (const name of kept.keys()) {
    const on = paths.filter(({ elements }) => elements[depth] === name);
    kept.set(name, keptBy(on, depth + 1));
  }
  return kept;
}
