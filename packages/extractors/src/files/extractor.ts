import { resolve } from "node:path";
import { CutoverError, type Column, type ExtractSpec, type Extractor, type FileSeen } from "@cutover/model";
import type { ExtractorOptions } from "../options.js";
import { CountingThread } from "./counting-thread.js";
import { findFiles, stopIfAsked, type SourceFile } from "./folder.js";
import type { FileExtract, FileFormat } from "./format.js";
import { fileOptions, isFileMedium, type FileMedium } from "./options.js";
import { readFiles } from "./read.js";
import { ScratchDatabase } from "./scratch.js";

const formats: Readonly<Record<FileMedium, () => Promise<FileFormat>>> = {
  csv: async () => (await import("../csv/format.js")).csvFormat,
  xlsx: async () => (await import("../xlsx/format.js")).xlsxFormat,
  ndjson: async () => (await import("../ndjson/format.js")).ndjsonFormat,
  xml: async () => (await import("../xml/format.js")).xmlFormat,
};

/** The folder of a connection, resolved against the migration's folder. */
export function connectionFolder(connection: Readonly<Record<string, unknown>>, folder: string): string {
  const given = connection["folder"];
  if (typeof given === "string" && given !== "" && !given.includes("\0")) return resolve(folder, given);
  throw new CutoverError("connection-invalid", "the connection names no folder", {
    stage: "configure",
    remedy: "Declare `folder:`, the folder that holds the files.",
  });
}

/** In bytes. What is smaller is counted sooner than a thread is started. */
const least = 1024 * 1024;

export interface FileExtractorOptions extends Pick<ExtractorOptions, "role" | "declaredAt"> {
  /** Files that were looked up already, by the patterns that name them. */
  readonly found?: ReadonlyMap<string, readonly SourceFile[]> | undefined;
}

/**
 * Opens a folder of files. `medium` is what an extract is read as that names no medium of its own. A target
 * that nothing was written to yet has no files: it is empty.
 */
export function createFileExtractor(
  medium: FileMedium,
  folder: string,
  { role = "source", declaredAt, found: known }: FileExtractorOptions = {},
): Extractor {
  const loaded = new Map<FileMedium, Promise<FileFormat>>();
  const found = new Map(known);
  let scratch: ScratchDatabase | null = null;
  let thread: CountingThread | null = null;
  /** What was asked ahead: counts by the extract's name, rows by the statement. */
  const counts = new Map<string, ReturnType<CountingThread["count"]>>();
  const answers = new Map<string, ReturnType<CountingThread["query"]>>();
  let closed = false;
  const stillOpen = (): void => {
    if (closed) throw new CutoverError("internal", "the extractor is closed");
  };

  const mediumOf = (extract: ExtractSpec): FileMedium => {
    const own = extract.options["medium"] ?? medium;
    if (typeof own === "string" && isFileMedium(own)) return own;
    throw new CutoverError("mapping-invalid", `extract ${extract.name} is of no medium that reads files`, {
      stage: "configure",
    });
  };
  const formatOf = (extract: ExtractSpec): Promise<FileFormat> => {
    const name = mediumOf(extract);
    let format = loaded.get(name);
    if (format === undefined) loaded.set(name, (format = formats[name]()));
    return format;
  };
  const filesOf = async (extract: ExtractSpec): Promise<readonly FileExtract[]> => {
    stillOpen();
    const options = fileOptions(extract, mediumOf(extract));
    // Files are looked up once: all reads see the same files, and each notices when it changed.
    const files =
      found.get(options.file) ??
      (await findFiles(folder, options.file, { mayBeNone: role === "target", declaredAt }));
    found.set(options.file, files);
    return files.map((file) => ({ file, extract, options }));
  };
  const isLarge = async (extract: ExtractSpec): Promise<boolean> =>
    (await filesOf(extract)).reduce((sum, { file }) => sum + file.size, 0) >= least;

  const extractor: Extractor = {
    medium,
    capabilities: { snapshot: true, ordered: false, resumes: true },
    async columns(extract) {
      const format = await formatOf(extract);
      const columns = new Map<string, Column>();
      for (const from of await filesOf(extract)) {
        for (const column of await format.columns(from)) {
          if (!columns.has(column.name)) columns.set(column.name, column);
        }
      }
      const none = role === "target" && columns.size === 0;
      return none ? extract.columns : [...columns.values()];
    },
    async *read(extract, options = {}) {
      const format = await formatOf(extract);
      for await (const batch of readFiles(format, extract, await filesOf(extract), options)) {
        // A file that is small is one piece: what reads pieces does not ask again.
        stopIfAsked(options.signal);
        stillOpen();
        yield batch;
      }
    },
    async ahead(extracts, queries) {
      const large = [];
      try {
        for (const extract of extracts) if (await isLarge(extract)) large.push(extract);
        for (const extract of queries.flatMap((query) => query.extracts)) await filesOf(extract);
      } catch {
        // A file that is not there is told of by who reads it.
        return;
      }
      if (large.length === 0) return;
      thread ??= new CountingThread({ medium, folder, found });
      for (const extract of large) counts.set(extract.name, thread.count(extract));
      for (const query of queries) answers.set(query.sql, thread.query(query.sql, query.extracts));
    },
    async count(extract) {
      const asked = (await counts.get(extract.name)) ?? null;
      if (asked !== null) return asked;
      const format = await formatOf(extract);
      let count = 0;
      for (const from of await filesOf(extract)) count += await format.count(from);
      return count;
    },
    async query(sql, extracts) {
      const asked = (await answers.get(sql)) ?? null;
      if (asked !== null) return asked;
      stillOpen();
      scratch ??= new ScratchDatabase();
      for (const extract of extracts) await scratch.load(extract, (one) => extractor.read(one));
      return scratch.query(sql);
    },
    async files(extracts) {
      const files = new Map<string, FileSeen>();
      for (const extract of extracts)
        for (const { file } of await filesOf(extract)) {
          const { name, size, changed } = file;
          files.set(name, { name, size, changed });
        }
      return [...files.values()];
    },
    async release() {
      found.clear();
      counts.clear();
      answers.clear();
      await thread?.close();
      thread = null;
      scratch?.close();
      scratch = null;
      for (const format of loaded.values()) await (await format).close?.();
      loaded.clear();
    },
    async close() {
      closed = true;
      await extractor.release?.();
    },
  };
  return extractor;
}
