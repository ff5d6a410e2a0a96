import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Files that other people's systems wrote; they lie beside the repository and are no part of it. */
const folder =
  process.env["CUTOVER_SAMPLES"] ?? path.resolve(import.meta.dirname, "../../../../shared/samples");

/** Longer files take time and show nothing new. */
const longest = 40_000;

/** The samples whose names end so, cut to a length that is quickly read; none where the samples are not there. */
export const samples = (end: string, most = longest): readonly Buffer[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(end) && statSync(path.join(folder, name)).isFile())
        .toSorted()
        .map((name) => readFileSync(path.join(folder, name)).subarray(0, most))
    : [];
