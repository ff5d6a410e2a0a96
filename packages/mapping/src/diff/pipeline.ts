import { canonicalJson } from "@cutover/model";
import type { PipelineDef, StepDef, StepInfo } from "../definition.js";
import { meaning } from "../digest.js";
import { constantInWords, pipelineInWords } from "../explain/pipeline.js";

export const sameMeaning = (a: unknown, b: unknown): boolean =>
  canonicalJson(meaning(a)) === canonicalJson(meaning(b));

type Words = Readonly<Record<string, unknown>>;

/** What became of a pipeline, in words; entries of a value map one by one where nothing else changed. */
export function pipelineChanges(
  a: PipelineDef,
  b: PipelineDef,
  steps: ReadonlyMap<string, StepInfo>,
): readonly string[] {
  if (sameMeaning(a, b)) return [];
  const entries = mapChanges(a, b);
  if (entries.length > 0) return entries;
  return [`was ${pipelineInWords(a, steps)}; is now ${pipelineInWords(b, steps)}`];
}

function mapChanges(a: PipelineDef, b: PipelineDef): readonly string[] {
  if (!sameMeaning(withoutMaps(a), withoutMaps(b))) return [];
  return a.steps.flatMap((step, i) => {
    const other = b.steps[i];
    return step.name === "map" && other !== undefined ? entryChanges(step, other) : [];
  });
}

const withoutMaps = (pipeline: PipelineDef): PipelineDef => ({
  ...pipeline,
  steps: pipeline.steps.map((step): StepDef => (step.name === "map" ? { ...step, arg: null } : step)),
});

function entryChanges(a: StepDef, b: StepDef): readonly string[] {
  const before = a.arg as Words;
  const after = b.arg as Words;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    if (!Object.hasOwn(after, key))
      return [`“${key}” is no longer mapped (it was ${constantInWords(before[key])})`];
    if (!Object.hasOwn(before, key)) return [`“${key}” is now mapped to ${constantInWords(after[key])}`];
    if (before[key] === after[key]) return [];
    return [
      `“${key}” was mapped to ${constantInWords(before[key])}, and is now to ${constantInWords(after[key])}`,
    ];
  });
}
