import { CutoverError, type Stage } from "./errors.js";

const full = "its disk has no room left";
const forbidden = "it may not be written to";

/** What operating systems say where a file cannot be written, and nothing is wrong with its name. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: "it grows larger than its disk allows",
  EROFS: "its disk is read-only",
  EACCES: forbidden,
  EPERM: forbidden,
  EIO: "its disk fails",
};

/**
 * What the operating system said about a file, or a folder of files, that is being written, as our own
 * error; what somebody else said comes back as it is.
 */
export function writingFailure(cause: unknown, path: string, stage: Stage): unknown {
  if (!(cause instanceof Error) || !("syscall" in cause) || !("code" in cause)) return cause;
  const code = String(cause.code);
  const reason = reasons[code];
  if (reason === undefined) return cause;
  return new CutoverError("file-unwritable", `${path} cannot be written (${code}): ${reason}`, {
    stage,
    driverCode: code,
    remedy: `${reason === full ? "Make room there" : "Look at the disk and at the rights"}, then give the command again: it goes on where it was stopped.`,
    cause,
  });
}
