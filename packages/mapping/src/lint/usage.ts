import type { ExpressionDef, KeyDef, PipelineDef, RuleDef, StepDef, WriteItemDef } from "../definition.js";
import type { Step } from "../steps/step.js";

export type Steps = ReadonlyMap<string, Step>;

/** Names of a CEL text, dotted ones whole: `status`, `param.zone`, `item.value`. Texts in quotes are no names. */
export function expressionNames(expression: ExpressionDef | null): readonly string[] {
  if (expression === null) return [];
  const bare = expression.text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  return bare.match(/(?<![.\w])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/g) ?? [];
}

/** Names in the braces of a template. */
const templateNames = (template: string): readonly string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!.trim());

export const keyNames = (key: KeyDef): readonly string[] =>
  key.kind === "names" ? key.names.map(({ name }) => name) : templateNames(key.template);

/** Every name a pipeline reads. */
export function pipelineNames(pipeline: PipelineDef, steps: Steps): readonly string[] {
  return [
    ...expressionNames(pipeline.when),
    ...(pipeline.from?.names.map(({ name }) => name) ?? []),
    ...[...(pipeline.cases ?? []), ...(pipeline.merge ?? [])].flatMap((item) => pipelineNames(item, steps)),
    ...pipeline.steps.flatMap((step) => stepNames(step, steps)),
  ];
}

function stepNames(step: StepDef, steps: Steps): readonly string[] {
  // Of a step at fault it is not known what it reads: every text of it may be a name.
  if (step.faulty) return textsIn([step.arg, step.options]);
  const own = steps.get(step.name)?.names(step) ?? [];
  const inner = (step.inner ?? []).flatMap((one) => stepNames(one, steps));
  return [...own.map(({ name }) => name), ...inner];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value, ...templateNames(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

export const ruleNames = (rules: readonly RuleDef[]): readonly string[] =>
  rules.flatMap((rule) => expressionNames(rule.when));

/** Names the values of written rows come from; conditions are left out, for they write nothing. */
export function writtenNames(writes: readonly WriteItemDef[], steps: Steps): readonly string[] {
  return writes.flatMap((item) => {
    if (item.kind === "write") return item.set.flatMap(({ pipeline }) => pipelineNames(pipeline, steps));
    const over = item.over.kind === "field" ? [item.over.field] : [];
    return [...over, ...writtenNames(item.writes, steps)];
  });
}

/** Every step of a pipeline, those of its cases too. */
export const allSteps = (pipeline: PipelineDef): PipelineDef["steps"] => [
  ...[...(pipeline.cases ?? []), ...(pipeline.merge ?? [])].flatMap(allSteps),
  ...pipeline.steps.flatMap((step) => [step, ...(step.inner ?? [])]),
];

/** Every write, those inside `each` too. */
export const allWrites = (
  writes: readonly WriteItemDef[],
): readonly Extract<WriteItemDef, { kind: "write" }>[] =>
  writes.flatMap((item) => (item.kind === "write" ? [item] : allWrites(item.writes)));
