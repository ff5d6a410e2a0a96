import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Untried } from "../variant.js";

/** A disk of its own, in memory, that can be as small as one likes. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves so much room on it beside what is there. */
  leave(kilobytes: number): void;
  remove(): void;
}

const mount = (...args: readonly string[]): void => void execFileSync("mount", args, { stdio: "pipe" });

/** @throws Untried where this machine lets nobody mount */
export function smallDisk(kilobytes: number): SmallDisk {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-disk-"));
  try {
    mount("-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder);
  } catch {
    rmSync(folder, { recursive: true });
    throw new Untried("a small disk cannot be mounted here; it needs root and the right to mount");
  }
  return {
    folder,
    leave(room) {
      const { blocks, bfree, bsize } = statfsSync(folder);
      const used = Math.ceil(((blocks - bfree) * bsize) / 1024);
      // No size at all would be a disk without end.
      mount("-o", `remount,size=${Math.max(4, used + room)}k`, folder);
    },
    remove() {
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
