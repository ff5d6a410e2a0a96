import type { PipelineDef, StepDef, StepInfo } from "../definition.js";
import { conditionInWords, listed } from "./condition.js";

type Infos = ReadonlyMap<string, StepInfo>;

/** How a value comes about, as the predicate of a sentence: "taken from `email`, then in small letters". */
export function pipelineInWords(pipeline: PipelineDef, steps: Infos): string {
  const { when, cases, merge } = pipeline;
  const body =
    cases !== null
      ? casesInWords(cases, pipeline, steps)
      : merge !== null
        ? mergeInWords(merge, pipeline, steps)
        : originInWords(pipeline, steps);
  const later = pipeline.later ? "; written in a second pass, when what it refers to is there" : "";
  const condition = when === null ? "" : `, only where ${conditionInWords(when.text)}`;
  const because = pipeline.because === null ? "" : ` (${sentence(pipeline.because).replace(/\.$/, "")})`;
  return `${body}${condition}${later}${because}`;
}

function originInWords(pipeline: PipelineDef, steps: Infos): string {
  const { from, value } = pipeline;
  const words = pipeline.steps.map((step) => stepInWords(step, steps));
  if (value !== null) return [constantInWords(value.constant), ...words].join(", ");
  if (from === null) return words.length === 0 ? "left empty" : words.join(", ");
  const names = listed(from.names.map(nameInWords), "and");
  return [`taken from ${names}`, ...words].join(", ");
}

function casesInWords(cases: readonly PipelineDef[], { steps: after }: PipelineDef, steps: Infos): string {
  const parts = cases.map((item, i) => {
    const body = pipelineInWords({ ...item, when: null }, steps);
    if (item.when === null) return i === 0 ? body : `otherwise ${body}`;
    return `where ${conditionInWords(item.when.text)}, ${body}`;
  });
  const rest = cases.at(-1)?.when === null ? [] : ["otherwise left empty"];
  return [[...parts, ...rest].join("; "), ...after.map((step) => stepInWords(step, steps))].join("; ");
}

function mergeInWords(parts: readonly PipelineDef[], { steps: after }: PipelineDef, steps: Infos): string {
  const whole = `put together from ${parts.map((part, i) => `(${i + 1}) ${pipelineInWords(part, steps).replace(/^taken from/, "what is taken from")}`).join("; ")}`;
  return [whole, ...after.map((step) => stepInWords(step, steps))].join("; ");
}

/** What a step does, as the continuation of a sentence: "cut to 100 characters". */
export function stepInWords(step: StepDef, steps: Infos): string {
  const words = steps.get(step.name)?.explain(step) ?? step.name;
  const inner = (step.inner ?? []).map((one) => stepInWords(one, steps));
  return inner.length === 0 ? words : `${words} ${listed(inner, "and")}`;
}

export function constantInWords(value: unknown): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return value === "" ? "an empty text" : `“${value}”`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `\`${JSON.stringify(value)}\``;
  return typeof value === "object" ? `\`${JSON.stringify(value)}\`` : JSON.stringify(value);
}

/** `user.id` is the `id` of `user`; `param.x` is called by what it is. */
export function nameInWords({ name }: { readonly name: string }): string {
  if (name.startsWith("param.")) return `the parameter \`${name.slice("param.".length)}\``;
  const dot = name.indexOf(".");
  return dot < 0 ? `\`${name}\`` : `the \`${name.slice(dot + 1)}\` of \`${name.slice(0, dot)}\``;
}

/** A text as a sentence: a capital at its beginning, a point at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
