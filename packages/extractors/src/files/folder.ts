import { constants } from "node:fs";
import { lstat, open, readdir, realpath, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { CutoverError, nearest } from "@cutover/model";

/** A file of the source, as it was when it was first looked at. */
export interface SourceFile {
  /** Path below the folder, with `/`; what messages call the file. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly changed: number;
}

const unreadable = (message: string, remedy?: string, cause?: unknown) =>
  new CutoverError("source-unreadable", message, { stage: "extract", remedy, cause });

/** Compares by code unit, so that the order of files is the same on every machine. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function matcher(segment: string): (name: string) => boolean {
  if (!/[*?]/.test(segment)) return (name) => name === segment;
  // Greedy with one point to return to: linear for each `*`, whatever the pattern.
  return (name) => {
    let n = 0;
    let s = 0;
    let star = -1;
    let mark = 0;
    while (n < name.length) {
      if (s < segment.length && segment[s] === "*") {
        star = s++;
        mark = n;
      } else if (s < segment.length && (segment[s] === "?" || segment[s] === name[n])) {
        s++;
        n++;
      } else if (star >= 0) {
        s = star + 1;
        n = ++mark;
      } else return false;
    }
    while (segment[s] === "*") s++;
    return s === segment.length;
  };
}

/** The parts of a pattern; refuses every pattern that could lead out of the folder. */
function segmentsOf(pattern: string): readonly string[] {
  const segments = pattern.split("/").filter((segment) => segment !== "" && segment !== ".");
  const leaves =
    pattern.startsWith("/") ||
    /^[A-Za-z]:/.test(pattern) ||
    pattern.includes("\\") ||
    pattern.includes("\0") ||
    segments.includes("..");
  if (leaves || segments.length === 0) {
    throw new CutoverError(
      "mapping-invalid",
      `file pattern ${JSON.stringify(pattern)} leaves the source's folder`,
      {
        stage: "configure",
        remedy: "Name files below the folder of the connection, with / between folders and without `..`.",
      },
    );
  }
  return segments;
}

interface FindOptions {
  readonly mayBeNone?: boolean | undefined;
  /** Where the folder is named, for people. */
  readonly declaredAt?: string | undefined;
}

/**
 * The files a pattern names, in the order of their names. Symbolic links are refused, not followed: what
 * is read has to be what lies in the folder that a person handed over.
 *
 * @throws CutoverError `source-unreadable` where there are none, or no such folder, unless there may be none
 */
export async function findFiles(
  folder: string,
  pattern: string,
  { mayBeNone = false, declaredAt = "migration.yaml" }: FindOptions = {},
): Promise<readonly SourceFile[]> {
  const segments = segmentsOf(pattern);
  let root: string;
  try {
    root = await realpath(folder);
  } catch (cause) {
    if (mayBeNone && (cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw unreadable(
      `folder ${folder} does not exist or cannot be read`,
      `Make it, or name the right one under \`connection\` in ${declaredAt}.`,
      cause,
    );
  }
  let level: readonly string[] = [""];
  let seen: readonly string[] = [];
  for (const [depth, segment] of segments.entries()) {
    const last = depth === segments.length - 1;
    const matches = matcher(segment);
    const next: string[] = [];
    const names: string[] = [];
    for (const parent of level) {
      for (const entry of await readdir(join(root, parent), { withFileTypes: true })) {
        const name = parent === "" ? entry.name : `${parent}/${entry.name}`;
        names.push(name);
        if (!matches(entry.name)) continue;
        if (entry.isSymbolicLink()) {
          throw unreadable(
            `${name} is a symbolic link; links are not followed`,
            "Put the file itself there, or a copy of it.",
          );
        }
        if (last ? entry.isFile() : entry.isDirectory()) next.push(name);
      }
    }
    seen = names;
    level = next;
  }
  if (level.length === 0) {
    if (mayBeNone) return [];
    const near = nearest(pattern, seen);
    throw unreadable(
      `no file ${pattern} in ${folder}`,
      near === null
        ? `Put the file there, or name its folder under \`connection\` in ${declaredAt}.`
        : `did you mean ${near}?`,
    );
  }
  return Promise.all(
    level.toSorted(byName).map(async (name) => {
      const path = join(root, name);
      const { size, mtimeMs } = await lstat(path);
      return { name, path, size, changed: mtimeMs };
    }),
  );
}

/** Opens a file, refusing a link, and a file that is not the one that was looked at first. */
export async function openFile(file: SourceFile): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    throw unreadable(`${file.name} cannot be read`, "See that it is there, and to its rights.", cause);
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw unreadable(`${file.name} is not a file`);
    if (stat.size !== file.size || stat.mtimeMs !== file.changed) throw changed(file);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

const changed = (file: SourceFile) =>
  unreadable(
    `${file.name} changed while it was being read`,
    "Let the export finish, then start again: all reads have to see the same data.",
  );

/** @throws CutoverError `interrupted` when the caller no longer wants to know. */
export function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new CutoverError("interrupted", "stopped while reading files", { stage: "extract" });
}

/** A file's bytes in pieces. Throws when the file changed meanwhile. */
export async function* readBytes(file: SourceFile, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await openFile(file);
  try {
    let position = 0;
    while (position < file.size) {
      stopIfAsked(signal);
      // A fresh buffer for each piece: texts cut out of it may live on in a batch.
      const piece = Buffer.allocUnsafe(Math.min(256 * 1024, file.size - position));
      const { bytesRead } = await handle.read(piece, 0, piece.length, position);
      if (bytesRead === 0) throw changed(file);
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
    const { size, mtimeMs } = await handle.stat();
    if (size !== file.size || mtimeMs !== file.changed) throw changed(file);
  } finally {
    await handle.close();
  }
}
