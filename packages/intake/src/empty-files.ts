import type { Ledger } from "@cutover/ledger";
import type { Extractor, ExtractSpec } from "@cutover/model";
import type { Side } from "./side.js";

/** A file that was read and holds no record: an export that failed, maybe, and left its header. */
export interface EmptyFile {
  readonly source: string;
  readonly extract: string;
  /** Path below the source's folder. */
  readonly file: string;
}

/** The files of an extract that none of its records is from. */
export async function filesWithout(
  extractor: Extractor,
  extract: ExtractSpec,
  filled: ReadonlySet<string>,
): Promise<readonly string[]> {
  const files = (await extractor.files?.([extract])) ?? [];
  return files.map(({ name }) => name).filter((name) => !filled.has(name));
}

/** The files of a source that held no record when it was staged. */
export async function emptyFiles({ db }: Ledger, side: Side): Promise<readonly EmptyFile[]> {
  const filesOf = db.prepare("SELECT file FROM record_file WHERE mapping = ?").pluck();
  const empty: EmptyFile[] = [];
  for (const extract of side.system.extracts) {
    const mappings = side.system.inbound.filter((mapping) => mapping.extract.name === extract.name);
    if (mappings.length === 0) continue;
    const filled = new Set(mappings.flatMap(({ name }) => filesOf.all(side.inbound.get(name)) as string[]));
    for (const file of await filesWithout(side.extractor, extract, filled)) {
      empty.push({ source: side.name, extract: extract.name, file });
    }
  }
  return empty;
}
