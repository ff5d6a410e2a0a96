import path from "node:path";
import { CutoverError, exit, type Problem } from "@cutover/model";
import { documentText, type Streams } from "./streams.js";
import { safeLines } from "./text.js";

/** A file as people name it from where they stand. */
function shownFile(file: string): string {
  const near = path.relative(process.cwd(), file);
  return near === "" || near.startsWith("..") || path.isAbsolute(near) ? file : near;
}

const place = (problem: Problem): string => {
  if (problem.at === undefined) return "";
  const { file, line, column } = problem.at;
  return `${[shownFile(file), line, column].filter((part) => part !== undefined).join(":")}: `;
};

/** A problem on a line or two. */
export const problemLines = (problem: Problem): string =>
  `${place(problem)}${problem.message}${problem.remedy === undefined ? "" : `\n    ${problem.remedy}`}`;

/** What a failed command says to machines. */
export function failureJson(error: CutoverError): unknown {
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

interface SystemFault extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
}

const isSystemFault = (thrown: unknown): thrown is SystemFault =>
  thrown instanceof Error && "syscall" in thrown && "code" in thrown && typeof thrown.code === "string";

/** Anything thrown, as an error of ours: what is not is a fault of Cutover itself. */
export function asCutoverError(thrown: unknown): CutoverError {
  if (thrown instanceof CutoverError) return thrown;
  if (isSystemFault(thrown) && thrown.path !== undefined) {
    return new CutoverError("usage", `${thrown.path} cannot be used (${thrown.syscall}: ${thrown.code})`, {
      cause: thrown,
      remedy: "Look at the name, the rights and the space on the disk.",
    });
  }
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const where = thrown instanceof Error ? placesOf(thrown) : "";
  // The message of a foreign error may hold a record's values, so it is not told.
  return new CutoverError("internal", `an unexpected ${name}${where === "" ? "" : `\n${where}`}`, {
    cause: thrown,
    remedy: "Please report this with the lines above.",
  });
}

/** Where an error was thrown; its stack begins with its message, which may run over several lines and look like places. */
const placesOf = (error: Error): string =>
  (error.stack ?? "")
    .replace(error.message, "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .join("\n");

/** Tells people on stderr, machines on stdout, and gives the exit status. */
export function tellFailure(streams: Streams, error: CutoverError): number {
  if (streams.json) streams.data(documentText(failureJson(error)));
  const head = error.exitStatus === exit.interrupted ? "" : `${streams.color.red(error.code)}: `;
  streams.log(`${head}${safeLines(error.message)}`);
  for (const problem of error.problems) streams.log(`  ${safeLines(problemLines(problem))}`);
  if (error.remedy !== undefined) streams.log(`  ${safeLines(error.remedy)}`);
  return error.exitStatus;
}
