import { setTimeout as sleep } from "node:timers/promises";
import { CutoverError, type Stage } from "@cutover/model";

/** Work that failed is going to be tried again. */
export interface Retry {
  readonly error: CutoverError;
  /** Milliseconds until then. */
  readonly wait: number;
}

export interface PersistOptions {
  readonly stage: Stage;
  readonly signal?: AbortSignal | undefined;
  /** Tells how far the work has come: where it came further, patience begins anew. */
  readonly progress?: (() => unknown) | undefined;
  /**
   * By default some two minutes in all, besides the time that the work itself waits: a server that is
   * restarted, or a lock that is held, has that long. The first is for those who only met us by chance.
   */
  readonly waits?: readonly number[] | undefined;
  readonly onRetry?: ((retry: Retry) => void) | undefined;
}

const defaultWaits: readonly number[] = [100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000];

const canRetry = (cause: unknown): cause is CutoverError =>
  cause instanceof CutoverError && cause.recovery === "retry" && cause.code !== "interrupted";

/** Waits a little more or less, so that two that stood in each other's way do not meet again. */
async function pause(wait: number, stage: Stage, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(wait * (0.75 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
  } catch {
    throw new CutoverError("interrupted", `stopped on request (${stage})`, {
      stage,
      remedy: "Give the command again: it goes on where it was stopped.",
    });
  }
}

/**
 * Does work that can be repeated, and does it again where the medium says that this can succeed later: a
 * lost connection, a server that is away, locks of others. The work itself has to find out how far it came.
 *
 * @throws what the work throws, once there is no more hope; CutoverError `interrupted` while waiting
 */
export async function persist<T>(work: () => Promise<T>, options: PersistOptions): Promise<T> {
  const { stage, signal, progress = () => null, waits = defaultWaits, onRetry } = options;
  let failures = 0;
  let reached = progress();
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (!canRetry(cause)) throw cause;
      const now = progress();
      if (now !== reached) failures = 0;
      reached = now;
      const wait = waits[failures++];
      if (wait === undefined) throw cause;
      onRetry?.({ error: cause, wait });
      await pause(wait, stage, signal);
    }
  }
}
