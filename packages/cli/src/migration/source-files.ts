import type { Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, type FileSeen } from "@cutover/model";

/** The files of each source, by its name. */
type Files = Readonly<Record<string, readonly FileSeen[]>>;

/** Null for a source that is no folder of files; nothing of what a migration does not move is looked at. */
async function look({ extractor, system }: Side): Promise<readonly FileSeen[] | null> {
  return (await extractor.files?.(system.extracts)) ?? null;
}

/** Notes which files were read, and how they were: a run can tell then whether its plan is of them. */
export async function noteFiles(ledger: Ledger, sources: readonly Side[]): Promise<void> {
  const files: Record<string, readonly FileSeen[]> = {};
  for (const side of sources) {
    const seen = await look(side);
    if (seen !== null) files[side.name] = seen;
  }
  ledger.append("files-read", { files });
}

/** A folder that is gone by now has no files. */
async function lookAgain(side: Side): Promise<readonly FileSeen[]> {
  try {
    return (await look(side)) ?? [];
  } catch (error) {
    if (error instanceof CutoverError) return [];
    throw error;
  }
}

/**
 * What was changed, added or taken away among the files since they were read, told by size and time: each as
 * `source: file`. A load reads nothing of them again, so a person has to know.
 */
export async function changedFiles(ledger: Ledger, sources: readonly Side[]): Promise<readonly string[]> {
  const body = ledger.db
    .prepare("SELECT body FROM event WHERE kind = 'files-read' ORDER BY seq DESC LIMIT 1")
    .pluck()
    .get() as string | undefined;
  if (body === undefined) return [];
  const { files } = JSON.parse(body) as { readonly files: Files };
  const changed: string[] = [];
  for (const side of sources) {
    const before = files[side.name];
    if (before === undefined) continue;
    const text = (seen: FileSeen): string => `${seen.name} ${seen.size} ${seen.changed}`;
    const [was, is] = [before, await lookAgain(side)];
    const known = new Set(was.map(text));
    const now = new Set(is.map(text));
    const other = [...was.filter((f) => !now.has(text(f))), ...is.filter((f) => !known.has(text(f)))];
    for (const name of new Set(other.map((f) => f.name))) changed.push(`${side.name}: ${name}`);
  }
  return changed;
}
