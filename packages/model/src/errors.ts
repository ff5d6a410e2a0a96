import { errorCodes, type ErrorCode } from "./codes.js";

export type Stage =
  | "configure"
  | "extract"
  | "map"
  | "check"
  | "match"
  | "plan"
  | "load"
  | "reconcile"
  | "report"
  | "undo";

/** Where in a file something is; lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** One thing that is wrong with a file or a setting, and how to mend it. */
export interface Problem {
  readonly message: string;
  readonly at?: Position | undefined;
  readonly remedy?: string | undefined;
}

export interface ErrorOptions {
  readonly stage?: Stage | undefined;
  /** `retry` where the same call can succeed later. */
  readonly recovery?: "abort" | "retry" | undefined;
  /** All that is wrong, not the first thing only. */
  readonly problems?: readonly Problem[] | undefined;
  readonly remedy?: string | undefined;
  /** A database driver's own code (`23505`, `ER_DUP_ENTRY`), never its message. */
  readonly driverCode?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The one error Cutover throws. What is wrong with a single record is an Issue instead.
 * A message never holds a learner's data: it names a file, a line, a column, a record's key digest.
 */
export class CutoverError extends Error {
  override readonly name = "CutoverError";
  readonly code: ErrorCode;
  readonly stage: Stage | undefined;
  readonly recovery: "abort" | "retry";
  readonly problems: readonly Problem[];
  readonly remedy: string | undefined;
  readonly driverCode: string | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.stage = options.stage;
    this.recovery = options.recovery ?? "abort";
    this.problems = options.problems ?? [];
    this.remedy = options.remedy;
    this.driverCode = options.driverCode;
  }

  get exitStatus(): number {
    return errorCodes[this.code][0];
  }
}

/** What an error holds: what is told of it between threads, where it would lose its class. */
export type ErrorTold = Pick<
  CutoverError,
  "code" | "message" | "stage" | "recovery" | "problems" | "remedy" | "driverCode"
>;

export const tellError = ({
  code,
  message,
  stage,
  recovery,
  problems,
  remedy,
  driverCode,
}: CutoverError): ErrorTold => ({ code, message, stage, recovery, problems, remedy, driverCode });

/** The error that was told. */
export const toldError = (told: ErrorTold): CutoverError => new CutoverError(told.code, told.message, told);
