import { CutoverError } from "@cutover/model";

/** An error between threads: it would lose its class, and so it is told by what it holds. */
export type FailureTold = Pick<
  CutoverError,
  "code" | "message" | "stage" | "recovery" | "problems" | "remedy" | "driverCode"
>;

/** What is told of an error; of one that is not ours, that it happened. */
export function tell(thrown: unknown): FailureTold {
  const error =
    thrown instanceof CutoverError
      ? thrown
      : new CutoverError("internal", thrown instanceof Error ? thrown.message : "a thread failed");
  const { code, message, stage, recovery, problems, remedy, driverCode } = error;
  return { code, message, stage, recovery, problems, remedy, driverCode };
}
