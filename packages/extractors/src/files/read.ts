import type { ExtractSpec, FilePart, ReadOptions, SourceBatch } from "@cutover/model";
import { isCount, Tokens } from "../token.js";
import type { FileBatch, FileExtract, FileFormat } from "./format.js";

/** How far a reading came: in which file, the numbers taken by those before it, and what was read of it. */
type Position = readonly [file: number, before: number, rows: number, rejected: number];

const isPosition = (parts: readonly unknown[]): parts is Position =>
  parts.length === 4 && parts.every(isCount);

/** What is left of a batch, its numbers counted on from the files before. */
function rest(
  { rows, at, rejected }: FileBatch,
  [skip, skipRejected]: readonly [number, number],
  file: FilePart,
) {
  const { before } = file;
  const counted = (n: number): number => n + before;
  return {
    file,
    rows: skip === 0 ? rows : rows.slice(skip),
    at: skip + before === 0 ? at : at.slice(skip).map(counted),
    rejected: rejected.slice(skipRejected).map((row) => ({ ...row, at: counted(row.at) })),
  };
}

/**
 * Reads an extract's files one after the other. A token is good as long as no file changes, also for another
 * extractor. What was read before of its file is read again, and left out: nobody but the reader of a
 * format knows where a record begins.
 */
export async function* readFiles(
  format: FileFormat,
  extract: ExtractSpec,
  files: readonly FileExtract[],
  options: ReadOptions,
): AsyncGenerator<SourceBatch> {
  const state = files.map(({ file: { name, size, changed } }) => [name, size, changed]);
  const tokens = new Tokens(extract, options.narrow, state);
  const [first, taken, ...done] =
    options.after === undefined ? [0, 0, 0, 0] : tokens.read(options.after, isPosition);
  let before = taken;
  for (let n = first; n < files.length; n++) {
    const part: FilePart = { name: files[n]!.file.name, before };
    let left = n === first ? done : ([0, 0] as const);
    let [rows, rejected] = [0, 0];
    for await (const batch of format.read(files[n]!, options)) {
      rows += batch.rows.length;
      rejected += batch.rejected.length;
      before = Math.max(before, part.before + lastOf(batch));
      const found = rest(batch, left, part);
      left = [Math.max(0, left[0] - batch.rows.length), Math.max(0, left[1] - batch.rejected.length)];
      if (found.rows.length === 0 && found.rejected.length === 0) continue;
      yield { ...found, token: tokens.write([n, part.before, rows, rejected]) };
    }
    if (left[0] > 0 || left[1] > 0) throw tokens.refused("leads nowhere");
  }
}

/** The greatest number in a batch. */
const lastOf = ({ at, rejected }: FileBatch): number => Math.max(at.at(-1) ?? 0, rejected.at(-1)?.at ?? 0);
