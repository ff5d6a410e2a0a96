import { CutoverError } from "@cutover/model";

/** The error of a workbook that cannot be read; an error of ours passes through. */
export const malformedWorkbook = (file: string, message: string, cause?: unknown): CutoverError =>
  cause instanceof CutoverError
    ? cause
    : new CutoverError("source-malformed", `${file} cannot be read as a workbook`, {
        stage: "extract",
        problems: [{ message, at: { file } }],
        cause,
      });
