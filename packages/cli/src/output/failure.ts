import { CutoverError, exit, type Problem } from "@cutover/model";
import type { Streams } from "./streams.js";

const place = (problem: Problem): string => {
  if (problem.at === undefined) return "";
  const { file, line, column } = problem.at;
  return `${[file, line, column].filter((part) => part !== undefined).join(":")}: `;
};

/** A problem on a line or two. */
export const problemLines = (problem: Problem): string =>
  `${place(problem)}${problem.message}${problem.remedy === undefined ? "" : `\n    ${problem.remedy}`}`;

/** What a failed command says to machines. */
function failureJson(error: CutoverError): unknown {
  return {
    error: {
      code: error.code,
      message: error.message,
      stage: error.stage ?? null,
      recovery: error.recovery,
      remedy: error.remedy ?? null,
      driverCode: error.driverCode ?? null,
      problems: error.problems,
    },
  };
}

/** Anything thrown, as an error of ours: what is not is a fault of Cutover itself. */
export function asCutoverError(thrown: unknown): CutoverError {
  if (thrown instanceof CutoverError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const where = thrown instanceof Error ? (thrown.stack ?? "").split("\n").slice(1, 6).join("\n") : "";
  // The message of a foreign error may hold a record's values, so it is not told.
  return new CutoverError("internal", `an unexpected ${name}${where === "" ? "" : `\n${where}`}`, {
    cause: thrown,
    remedy: "Please report this with the lines above.",
  });
}

/** Tells people on stderr, machines on stdout, and gives the exit status. */
export function tellFailure(streams: Streams, error: CutoverError): number {
  if (streams.json) streams.stdout.write(`${JSON.stringify(failureJson(error), null, 2)}\n`);
  const { stderr } = streams;
  stderr.write(`${error.exitStatus === exit.interrupted ? "" : `${error.code}: `}${error.message}\n`);
  for (const problem of error.problems) stderr.write(`  ${problemLines(problem)}\n`);
  if (error.remedy !== undefined) stderr.write(`  ${error.remedy}\n`);
  return error.exitStatus;
}
