import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { figuresOf } from "./figures.js";
import { markdown, type Results } from "./markdown.js";

const root = path.resolve(import.meta.dirname, "../../../..");

/** Writes the results as JSON and as Markdown; gives the paths. */
export function writeResults(
  results: Results,
  { docs, folder }: { docs: boolean; folder: string },
): readonly string[] {
  const target = path.resolve(root, folder);
  mkdirSync(target, { recursive: true });
  const json = path.join(target, "bench.json");
  writeFileSync(json, `${JSON.stringify({ ...results, works: figuresOf(results.samples) }, null, 2)}\n`);
  const files = [path.join(target, "bench.md"), ...(docs ? [path.join(root, "docs/benchmarks.md")] : [])];
  for (const file of files) writeFileSync(file, markdown(results));
  return [json, ...files];
}
