import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Sqlite from "better-sqlite3";

/** A claim on a file. */
export interface Claim {
  release(): void;
}

/**
 * Claims a file for this process, as far as processes of this machine go: an exclusive transaction on a file
 * of our own among temporary ones, of which the operating system lets go when the process dies. Null where
 * another has it.
 */
export function claimFile(driver: typeof Sqlite, path: string): Claim | null {
  const name = createHash("sha256").update(realpathSync(path)).digest("hex").slice(0, 40);
  const file = join(tmpdir(), `cutover-${name}.lock`);
  let lock: Sqlite.Database | undefined;
  try {
    lock = new driver(file, { timeout: 0 });
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
    if (isFree(driver, file)) {
      // Who had it removed the file meanwhile: what is locked here bears the name no longer.
      lock.close();
      return null;
    }
  } catch (cause) {
    lock?.close();
    if (cause instanceof driver.SqliteError && cause.code.startsWith("SQLITE_BUSY")) return null;
    // Where nothing can be claimed, nobody is kept from working.
    return { release: () => undefined };
  }
  const held = lock;
  return {
    release() {
      rmSync(file, { force: true });
      held.close();
    },
  };
}

/** Whether nobody has the file of this name, not even this process. */
function isFree(driver: typeof Sqlite, file: string): boolean {
  const other = new driver(file, { timeout: 0 });
  try {
    other.exec("BEGIN EXCLUSIVE");
    return true;
  } catch {
    return false;
  } finally {
    other.close();
  }
}
