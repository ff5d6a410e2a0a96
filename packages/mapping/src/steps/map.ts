import { decimalOfNumber } from "../decimal.js";
import type { StepDef } from "../definition.js";
import { toText, type Value } from "../value.js";
import { declareStep, scalars, lists } from "./step.js";

type Word = string | number | boolean | null;

export const map = declareStep({
  name: "map",
  version: 1,
  doc: "Replaces each value by its counterpart. What has none is flagged, unless `otherwise` says `null`, `keep` (the value as it is) or a value to take. Read back, a counterpart stands for the first value that has it.",
  schema: { type: "object", additionalProperties: { type: ["string", "number", "boolean", "null"] } },
  options: { otherwise: { type: ["string", "number", "boolean", "null"] } },
  takes: [...scalars, ...lists],
  gives: (step, input) => (lists.includes(input) ? input : kindOfWords(step)),
  examples: [
    {
      step: { map: { Completed: "completed", "In Progress": "in_progress" } },
      given: "Completed",
      gives: "completed",
    },
    { step: { map: { Completed: "completed" } }, given: "Exempt", issue: "unmapped-value" },
    { step: { map: { A: "active" }, otherwise: null }, given: "X", gives: null },
    { step: { map: { A: "active" }, otherwise: "keep" }, given: "X", gives: "X" },
    { step: { map: { "1": "active", "0": "suspended" } }, given: 1, gives: "active" },
    {
      step: { map: { active: 0, suspended: 1 } },
      direction: "outbound",
      given: "active",
      gives: 0,
      back: "active",
    },
    {
      step: { map: { passed: "done", completed: "done" } },
      direction: "outbound",
      given: "completed",
      gives: "done",
      back: "passed",
    },
  ],
  explain: ({ arg, options }) =>
    `by the value map (${wordsTold(arg as Record<string, Word>).join(", ")}; anything else ${otherwiseInWords(options["otherwise"] as Word | undefined)})`,
  compile: ({ arg, options }, { direction }) => {
    const entries = Object.entries(arg as Record<string, Word>);
    const table = new Map<string, Word>(entries);
    const otherwise = options["otherwise"] as Word | undefined;
    const inverse = new Map<Word, string>();
    for (const [from, to] of entries) if (!inverse.has(to)) inverse.set(to, from);
    const backs = direction === "inbound" ? undefined : reader(inverse);
    return {
      forward: (value, scope) => {
        const text = typeof value === "string" ? value : toText(value);
        const found = text === null ? undefined : table.get(text);
        if (found !== undefined) return found;
        if (otherwise === undefined || otherwise === "flag")
          return scope.fail(direction === "outbound" ? "no-target-value" : "unmapped-value", null);
        return otherwise === "keep" ? value : otherwise;
      },
      back: backs,
      loss: inverse.size < entries.length ? "the difference of values with one counterpart" : null,
    };
  },
});

/** Columns may change the type of what was written: `1` comes back as "1", true as 1. */
function reader(inverse: ReadonlyMap<Word, string>) {
  const texts = new Map<string, string>();
  for (const [to, from] of inverse)
    if (to !== null && !texts.has(wordText(to))) texts.set(wordText(to), from);
  return (after: Value): Value => {
    const exact = inverse.get(after as Word);
    if (exact !== undefined) return exact;
    const text = toText(after);
    return (text === null ? undefined : texts.get(text)) ?? after;
  };
}

const wordText = (word: string | number | boolean): string =>
  typeof word === "number"
    ? (decimalOfNumber(word) ?? "")
    : typeof word === "boolean"
      ? word
        ? "1"
        : "0"
      : word;

function kindOfWords({ arg }: StepDef): "text" | "integer" | "boolean" | "any" {
  const types = new Set(
    Object.values(arg as Record<string, Word>)
      .filter((w) => w !== null)
      .map((w) => typeof w),
  );
  if (types.size !== 1) return "any";
  if (types.has("boolean")) return "boolean";
  return types.has("number") ? "any" : "text";
}

/** Words of one counterpart are told together: `a` and `b` become `c`. */
function wordsTold(entries: Readonly<Record<string, Word>>): readonly string[] {
  const words = new Map<Word, string[]>();
  for (const [from, to] of Object.entries(entries)) words.set(to, [...(words.get(to) ?? []), `\`${from}\``]);
  return [...words].map(([to, [first, ...others]]) => {
    const all =
      others.length === 0
        ? `${first!} becomes`
        : `${[first!, ...others.slice(0, -1)].join(", ")} and ${others.at(-1)!} become`;
    return `${all} ${to === null ? "nothing" : `\`${to}\``}`;
  });
}

function otherwiseInWords(otherwise: Word | undefined): string {
  if (otherwise === undefined || otherwise === "flag") return "is flagged";
  if (otherwise === null) return "becomes nothing";
  return otherwise === "keep" ? "is kept as it is" : `becomes \`${String(otherwise)}\``;
}
