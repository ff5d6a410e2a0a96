import { chownSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A user of this machine. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account a server runs under when we are root (PostgreSQL refuses to be root): the first of
 * these names that the machine knows. Null when we are not root and need no other account.
 */
export function accountFor(names: readonly string[]): Account | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of [...names, "nobody"]) {
    const parts = lines.find((line) => line.startsWith(`${name}:`))?.split(":");
    if (parts !== undefined) return { uid: Number(parts[2]), gid: Number(parts[3]) };
  }
  return { uid: 65_534, gid: 65_534 };
}

/** A new folder for a server, owned by the account that runs it. The path is kept short: sockets lie in it. */
export function serverFolder(name: string, account: Account | null): string {
  const folder = mkdtempSync(join(tmpdir(), `cutover-${name}-`));
  if (account !== null) chownSync(folder, account.uid, account.gid);
  return folder;
}
