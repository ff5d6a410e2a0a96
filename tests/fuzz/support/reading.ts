import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createExtractor } from "@cutover/extractors";
import type { ExtractSpec, RejectedRow, SourceValue } from "@cutover/model";
import { clearError } from "./target.js";

let folder: string | null = null;

/** A folder of this process, gone with it. */
export function ownFolder(): string {
  if (folder !== null) return folder;
  const made = mkdtempSync(path.join(tmpdir(), "cutover-fuzz-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  return (folder = made);
}

export interface Read {
  readonly rows: readonly (readonly SourceValue[])[];
  readonly rejected: readonly RejectedRow[];
  readonly count: number;
}

/** Throws with a message that does not depend on the input, so that shrinking stays on one finding. */
export function mustHold(holds: boolean, law: string): void {
  if (!holds) throw new Error(law);
}

/** Reads a file to its end by the public door, and counts it; what holds of every file is checked here. */
export async function readFile(
  medium: string,
  name: string,
  content: Uint8Array,
  extract: ExtractSpec,
): Promise<Read> {
  const root = ownFolder();
  writeFileSync(path.join(root, name), content);
  const extractor = await createExtractor({ medium, connection: { folder: root }, folder: root });
  try {
    const rows: (readonly SourceValue[])[] = [];
    const rejected: RejectedRow[] = [];
    let failure: unknown = null;
    try {
      for await (const batch of extractor.read(extract, { batchSize: 100 })) {
        mustHold(batch.rows.length === batch.at.length, "a row has no place");
        for (const row of batch.rows) rows.push(row);
        for (const one of batch.rejected) rejected.push(one);
      }
    } catch (error) {
      failure = error;
    }
    // What cannot be read may be counted none the less, but never to a crash.
    const count = await extractor.count(extract).catch((error: unknown) => {
      clearError(error);
      failure ??= error;
      return -1;
    });
    if (failure !== null) throw failure;
    const width = extract.columns.length;
    mustHold(
      rows.every((row) => row.length === width),
      "a row has not the declared columns",
    );
    mustHold(rows.length + rejected.length === count, "read and count disagree");
    return { rows, rejected, count };
  } finally {
    await extractor.close();
  }
}
