import { CutoverError } from "@cutover/model";

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column?: number | undefined;
}

/** The document cannot be read on from here. */
export const malformedXml = (message: string, at: Place, remedy: string): CutoverError =>
  new CutoverError("source-malformed", `${at.file} cannot be read as XML`, {
    stage: "extract",
    problems: [{ message, at, remedy }],
  });
