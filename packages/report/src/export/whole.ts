import { rename, rm } from "node:fs/promises";
import { writingFailure } from "@cutover/model";

/**
 * Writes a file under another name first: it appears whole or not at all, and what cannot be finished takes
 * no room.
 *
 * @throws CutoverError `file-unwritable`
 */
export async function wholeFile<T>(file: string, write: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${file}.part`;
  try {
    const written = await write(draft);
    await rename(draft, file);
    return written;
  } catch (cause) {
    await rm(draft, { force: true });
    throw writingFailure(cause, file, "report");
  }
}
