import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

/** Dumps of a real Moodle 4.5. They stay outside of the project: other people's software wrote them. */
const folder = process.env["CUTOVER_SAMPLES"] ?? path.resolve(import.meta.dirname, "../../../shared/samples");

export type DumpName = `${"source" | "empty"}-${"mariadb" | "postgresql"}`;

const file = (name: DumpName): string => path.join(folder, "moodle-4.5", `${name}.sql.gz`);

/**
 * Whether the dumps are there. Their absence is never silent: it is told on stderr, and where CI is set it
 * is an error, unless CUTOVER_WITHOUT_SAMPLES says that the run knows about it.
 */
export function samplesAreThere(): boolean {
  if (existsSync(file("source-mariadb"))) return true;
  const told =
    `NOT TESTED: the migration of a real Moodle, since there are no dumps in ${folder}. ` +
    "Set CUTOVER_SAMPLES to the folder that has moodle-4.5 in it.";
  if ((process.env["CI"] ?? "") !== "" && (process.env["CUTOVER_WITHOUT_SAMPLES"] ?? "") === "") {
    throw new Error(`${told} In CI this is an error; CUTOVER_WITHOUT_SAMPLES=1 allows it.`);
  }
  process.stderr.write(`\n${told}\n\n`);
  return false;
}

export const readDump = (name: DumpName): string => gunzipSync(readFileSync(file(name))).toString("utf8");
