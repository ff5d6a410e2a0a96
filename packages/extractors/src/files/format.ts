import type { Column, ExtractSpec, ReadOptions, SourceBatch } from "@cutover/model";
import type { SourceFile } from "./folder.js";
import type { FileOptions } from "./options.js";

/** One extract in one file. */
export interface FileExtract {
  readonly file: SourceFile;
  readonly extract: ExtractSpec;
  readonly options: FileOptions;
}

/** Rows of one file, each `at` its number in that file. */
export type FileBatch = Pick<SourceBatch, "rows" | "at" | "rejected">;

/** What the files of a medium have in common; one for each of csv, xlsx, ndjson and xml. */
export interface FileFormat {
  /** The columns the file really has: declared names where they are recognized, the file's own elsewhere. */
  columns(from: FileExtract): Promise<readonly Column[]>;
  read(from: FileExtract, options: ReadOptions): AsyncIterable<FileBatch>;
  /** How many records the file has, found by other means than `read`. */
  count(from: FileExtract): Promise<number>;
  /** Gives up what is held open between calls. */
  close?(): Promise<void>;
}

export const textColumn = (name: string): Column => ({ name, type: "text", nullable: true });
