import { CutoverError, type Stage } from "@cutover/model";

/** @throws CutoverError `interrupted` once the signal was given. */
export function stopIfAsked(signal: AbortSignal | undefined, stage: Stage, remedy: string): void {
  if (signal?.aborted !== true) return;
  throw new CutoverError("interrupted", `stopped on request (${stage})`, { stage, remedy });
}
