import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const makeFolder = (): string => mkdtempSync(join(tmpdir(), "cutover-conformance-"));

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** How many files below a folder this process has open; nobody can say where there is no /proc. */
export function openFiles(folder: string): number {
  const own = "/proc/self/fd";
  if (!existsSync(own)) return 0;
  return readdirSync(own).filter((fd) => {
    try {
      return readlinkSync(join(own, fd)).startsWith(folder);
    } catch {
      return false; // The one the list itself was read by.
    }
  }).length;
}
