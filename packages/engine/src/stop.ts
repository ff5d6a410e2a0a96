import { setImmediate as turn } from "node:timers/promises";
import { CutoverError, type Stage } from "@cutover/model";

/**
 * Lets signals in, for work on files that answer at once gives the process no turn to hear of them.
 *
 * @throws CutoverError `interrupted` once the signal was given.
 */
export async function stopIfAsked(
  signal: AbortSignal | undefined,
  stage: Stage,
  remedy: string,
): Promise<void> {
  await turn();
  if (signal?.aborted !== true) return;
  throw new CutoverError("interrupted", `stopped on request (${stage})`, { stage, remedy });
}
