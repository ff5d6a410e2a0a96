import { execFile } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Account } from "./account.js";

export interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a command to its end; never throws. */
export const run = (
  command: string,
  args: readonly string[],
  options: { account?: Account | null; env?: NodeJS.ProcessEnv; timeout?: number; cwd?: string } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const { account, env, timeout = 300_000, cwd } = options;
    execFile(
      command,
      args,
      {
        timeout,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, LC_ALL: "C", ...env },
        ...(cwd === undefined ? {} : { cwd }),
        ...(account === null || account === undefined ? {} : { uid: account.uid, gid: account.gid }),
      },
      (error, stdout, stderr) => resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() }),
    );
  });

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const subfolders = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** Where servers' binaries lie besides the PATH, the newest version first. */
const homes = (): string[] => [
  ...["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"].flatMap((home) =>
    subfolders(home)
      .filter((name) => /^(\d+|postgresql(@\d+)?|mariadb(@[\d.]+)?)$/.test(name))
      .toSorted((a, b) => Number(b.replace(/\D/g, "")) - Number(a.replace(/\D/g, "")))
      .map((name) => join(home, name, "bin")),
  ),
  ...subfolders("/usr")
    .filter((name) => /^pgsql-\d+$/.test(name))
    .map((name) => join("/usr", name, "bin")),
  "/usr/sbin",
  "/usr/local/sbin",
  "/usr/libexec",
];

/** The path of the first of these programs that is installed. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...homes()];
  for (const name of names) {
    for (const folder of folders) {
      if (folder !== "" && isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}
