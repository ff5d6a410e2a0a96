import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.js";

/**
 * The shell that stands between us and a server. It holds the reading end of a pipe whose writing
 * end is ours: however we end, even killed, the pipe closes, and the server and its folder go too.
 * It is detached, so an interrupt at the terminal reaches it only through that pipe.
 */
const script = `
folder=$1; signal=$2; shift 2
start() {
  "$@" >>"$folder/server.log" 2>&1 </dev/null &
  server=$!
  echo "$server" >"$folder/supervised.pid"
}
end() {
  kill -s "$signal" "$server" 2>/dev/null
  wait "$server"
  rm -f "$folder/supervised.pid"
}
start "$@"
while read -r word && [ "$word" != stop ]; do
  if [ "$word" = down ]; then end; else start "$@"; fi
done
end
rm -rf "$folder"
`;

export interface Supervised {
  /** Whether the server is still running. */
  alive(): boolean;
  /** The server's log, to say why it did not start. */
  log(): string;
  /** Ends the server at once, as a crash would; `up` starts it again on what it left behind. */
  down(): Promise<void>;
  up(): void;
  stop(): Promise<void>;
}

/** Runs a server that ends, and whose folder is removed, when this process does. */
export function supervise(options: {
  readonly folder: string;
  /** The signal that ends the server at once; its data are thrown away. */
  readonly signal: "QUIT" | "KILL" | "TERM";
  readonly command: readonly string[];
  readonly account: Account | null;
}): Supervised {
  const { folder, signal, command, account } = options;
  const shell: ChildProcess = spawn("/bin/sh", ["-c", script, "sh", folder, signal, ...command], {
    cwd: folder,
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: folder, LC_ALL: "C" },
  });
  const ended = new Promise<void>((resolve) => {
    shell.once("exit", () => resolve());
    shell.once("error", () => resolve());
  });
  shell.stdin?.on("error", () => undefined); // the shell may be gone already
  // The run may end while a server still runs; the pipe takes care of it.
  shell.unref();
  const pipe = shell.stdin as unknown as { unref?: () => void } | null;
  pipe?.unref?.();

  return {
    alive() {
      try {
        process.kill(Number(readFileSync(join(folder, "supervised.pid"), "utf8")), 0);
        return true;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        return code === "EPERM" || (code === "ENOENT" && shell.exitCode === null);
      }
    },
    log() {
      try {
        return readFileSync(join(folder, "server.log"), "utf8").trim().split("\n").slice(-12).join("\n");
      } catch {
        return "";
      }
    },
    async down() {
      shell.stdin?.write("down\n");
      while (existsSync(join(folder, "supervised.pid"))) await sleep(10);
    },
    up: () => void shell.stdin?.write("up\n"),
    async stop() {
      shell.stdin?.end("stop\n");
      shell.ref();
      await ended;
    },
  };
}

/** Waits until a server answers; throws with the end of its log when it ends or takes too long. */
export async function untilReady(
  server: Supervised,
  name: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isReady())) {
    if (!server.alive() || Date.now() > deadline) {
      const log = server.log();
      await server.stop();
      throw new Error(`${name} did not start${log === "" ? "" : `:\n${log}`}`);
    }
    await sleep(100);
  }
}
