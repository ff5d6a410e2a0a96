import { readdirSync, readFileSync } from "node:fs";

/** Often enough to see a process that lives for a second; the kernel keeps each one's peak meanwhile. */
const interval = 20;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended
  }
}

function threadsOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

const childrenOf = (pid: string): readonly string[] =>
  threadsOf(pid).flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean));

/**
 * Watches the peaks of memory of all that a process starts, the process itself not counted: it is the
 * shell that measures. `stop` gives their sum in MB.
 */
export function watchMemory(pid: number | undefined): { stop(): number | null } {
  const peaks = new Map<string, number>();
  const look = (of: string): void => {
    for (const child of childrenOf(of)) {
      const peak = /VmHWM:\s+(\d+) kB/.exec(read(`/proc/${child}/status`));
      if (peak !== null) peaks.set(child, Number(peak[1]));
      look(child);
    }
  };
  const timer = setInterval(() => pid !== undefined && look(String(pid)), interval);
  return {
    stop() {
      clearInterval(timer);
      if (peaks.size === 0) return null;
      return Math.round([...peaks.values()].reduce((all, peak) => all + peak, 0) / 1024);
    },
  };
}
