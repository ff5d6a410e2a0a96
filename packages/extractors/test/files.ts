import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createExtractor } from "@cutover/extractors";
import type { Extractor, ExtractSpec, RejectedRow, SourceValue } from "@cutover/model";
import { afterEach } from "vitest";

const folders: string[] = [];
const open: Extractor[] = [];

afterEach(async () => {
  for (const extractor of open.splice(0)) await extractor.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, removed after the test. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "cutover-test-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export async function openFolder(folder: string, medium = "csv"): Promise<Extractor> {
  const extractor = await createExtractor({ medium, connection: { folder }, folder });
  open.push(extractor);
  return extractor;
}

/** An extract of text columns. */
export const extractOf = (
  columns: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
): ExtractSpec => ({
  name: "people",
  key: columns.slice(0, 1),
  columns: columns.map((name) => ({ name, type: "text", nullable: true })),
  options: { file: "people.csv", ...options },
});

export interface Everything {
  readonly rows: readonly (readonly SourceValue[])[];
  readonly at: readonly number[];
  readonly rejected: readonly RejectedRow[];
}

export async function readAll(
  extractor: Extractor,
  extract: ExtractSpec,
  batchSize?: number,
): Promise<Everything> {
  const rows: (readonly SourceValue[])[] = [];
  const at: number[] = [];
  const rejected: RejectedRow[] = [];
  for await (const batch of extractor.read(extract, { batchSize })) {
    rows.push(...batch.rows);
    at.push(...batch.at);
    rejected.push(...batch.rejected);
  }
  return { rows, at, rejected };
}

/** Reads one CSV file and proves that `count` agrees with what was read. */
export async function readCsv(
  content: string | Uint8Array,
  columns: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<Everything & { readonly count: number }> {
  const extractor = await openFolder(folderWith({ "people.csv": content }));
  const extract = extractOf(columns, options);
  const read = await readAll(extractor, extract);
  return { ...read, count: await extractor.count(extract) };
}
