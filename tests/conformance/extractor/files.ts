import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createExtractor } from "@cutover/extractors";
import type { Column, ExtractSpec } from "@cutover/model";
import { makeFolder, openFiles, removeFolder } from "../files.js";
import type { ExtractorMedium, NativeType, Rows, Source } from "./room.js";

/** A medium of files, as it differs from others. */
interface FileMedium extends Pick<ExtractorMedium, "name" | "waivers"> {
  readonly medium: string;
  /** What an extract of these columns says beside its file. */
  readonly options?: (columns: readonly Column[]) => ExtractSpec["options"];
  readonly reads?: NonNullable<ExtractorMedium["reads"]>;
  /** A file's content. */
  readonly write: (columns: readonly Column[], rows: Rows) => string | Uint8Array;
  readonly natives?: readonly NativeType[];
  readonly writeNatives?: (natives: readonly NativeType[]) => string | Uint8Array;
}

export function fileExtractor(file: FileMedium): ExtractorMedium {
  const { name, waivers, reads, natives } = file;
  return {
    name,
    capabilities: { snapshot: true, ordered: false, resumes: true },
    whenChanged: "stops with an error",
    waivers: [
      ...waivers,
      { behaviour: "ordered", because: "A file has the order it was written in, and is read in that." },
      {
        behaviour: "parts",
        because: "A file is read from its beginning to its end; content hashes tell what changed.",
      },
    ],
    ...(reads === undefined ? {} : { reads }),
    ...(natives === undefined ? {} : { natives }),
    prepare: () => Promise.resolve(folderSource(file)),
  };
}

function folderSource({ medium, options = () => ({}), write, writeNatives }: FileMedium): Source {
  const folder = makeFolder();
  const put = (
    name: string,
    content: string | Uint8Array,
    columns: readonly Column[] = [],
  ): { options: ExtractSpec["options"] } => {
    writeFileSync(join(folder, `${name}.${medium}`), content);
    return { options: { ...options(columns), file: `${name}.${medium}` } };
  };
  return {
    make: async ({ name, columns, rows }) => put(name, write(columns, rows), columns),
    change: async ({ name, columns, rows }) => void put(name, write(columns, rows)),
    ...(writeNatives === undefined
      ? {}
      : { makeNatives: async (name, natives) => put(name, writeNatives(natives)) }),
    missing: () => ({ ...options([]), file: `nowhere.${medium}` }),
    open: () => createExtractor({ medium, connection: { folder }, folder }),
    held: async () => openFiles(folder),
    drop: async () => removeFolder(folder),
  };
}
