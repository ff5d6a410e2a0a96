import type { Readable } from "node:stream";
import type { FileHandle } from "node:fs/promises";
import { fromFdPromise, type Entry, type ZipFile } from "yauzl";
import { malformedWorkbook } from "./errors.js";
import { openFile, type SourceFile } from "../files/folder.js";

/** Parts a workbook may have; one with more is no spreadsheet that a person made. */
const maxParts = 20_000;
/** A part may be this many times as large as its compressed form… */
const maxRatio = 300;
/** …once it is larger than this. Real sheets compress 5 to 50 times, a zip bomb about 1000 times. */
const ratioFrom = 16 * 1024 * 1024;
const maxPart = 8 * 1024 * 1024 * 1024;

/** An open workbook file. Parts are streamed: none is ever held whole. */
export class Archive {
  readonly #file: SourceFile;
  readonly #handle: FileHandle;
  readonly #zip: ZipFile;
  readonly #parts: ReadonlyMap<string, Entry>;

  private constructor(file: SourceFile, handle: FileHandle, zip: ZipFile, parts: ReadonlyMap<string, Entry>) {
    this.#file = file;
    this.#handle = handle;
    this.#zip = zip;
    this.#parts = parts;
  }

  static async open(file: SourceFile): Promise<Archive> {
    const handle = await openFile(file);
    try {
      const zip = await fromFdPromise(handle.fd, { lazyEntries: true, autoClose: false });
      const parts = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        if (parts.size >= maxParts) throw malformedWorkbook(file.name, "it has too many parts");
        const name = partName(entry.fileName);
        if (parts.has(name)) throw malformedWorkbook(file.name, `it has the part ${name} twice`);
        parts.set(name, entry);
      }
      return new Archive(file, handle, zip, parts);
    } catch (error) {
      await handle.close();
      throw malformedWorkbook(file.name, "it is not a workbook (.xlsx) file, or is damaged", error);
    }
  }

  has(name: string): boolean {
    return this.#parts.has(partName(name));
  }

  /** A part's bytes, at most so many. Sizes are checked against what the archive declares while they are read. */
  async part(name: string, most = maxPart): Promise<Readable> {
    const entry = this.#parts.get(partName(name));
    if (entry === undefined) throw malformedWorkbook(this.#file.name, `its part ${name} is missing`);
    if (entry.isEncrypted()) throw malformedWorkbook(this.#file.name, "it is encrypted");
    const { uncompressedSize: size, compressedSize } = entry;
    if (size > most || (size > ratioFrom && size > compressedSize * maxRatio)) {
      throw malformedWorkbook(
        this.#file.name,
        `its part ${name} would unpack to ${size} bytes; it looks like a zip bomb`,
      );
    }
    try {
      return await this.#zip.openReadStreamPromise(entry);
    } catch (error) {
      throw malformedWorkbook(this.#file.name, `its part ${name} is damaged`, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Names of parts are compared without regard to case (ECMA-376 part 2, 6.2.2.3). */
const partName = (name: string): string => name.replace(/^\/+/, "").toLowerCase();
