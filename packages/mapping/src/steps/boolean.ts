import { toText, type Value } from "../value.js";
import { declareStep, onText, scalars, StepError } from "./step.js";

type Word = string | number | boolean;

interface Vocabulary {
  readonly yes: readonly Word[];
  readonly no: readonly Word[];
}

const usual: Vocabulary = {
  yes: ["true", "yes", "y", "t", "on", "1"],
  no: ["false", "no", "n", "f", "off", "0"],
};

export const boolean = declareStep({
  name: "boolean",
  version: 1,
  converts: true,
  doc: `Yes or no, by a declared vocabulary, its case aside; \`true\` takes the usual one (${[...usual.yes, ...usual.no].join(", ")}). Towards the target, writes the first word of the vocabulary.`,
  schema: {
    anyOf: [
      { const: true },
      {
        type: "object",
        properties: Object.fromEntries(
          ["yes", "no"].map((name) => [
            name,
            { type: "array", items: { type: ["string", "number", "boolean"] }, minItems: 1 },
          ]),
        ),
        required: ["yes", "no"],
        additionalProperties: false,
      },
    ],
  },
  takes: scalars,
  gives: ({ arg }, _input, direction) => (direction === "outbound" && arg !== true ? "any" : "boolean"),
  examples: [
    { step: { boolean: true }, given: "Yes", gives: true },
    { step: { boolean: true }, given: 0, gives: false },
    { step: { boolean: { yes: ["J"], no: ["N"] } }, given: "j", gives: true },
    { step: { boolean: { yes: ["J"], no: ["N"] } }, given: "yes", issue: "bad-boolean" },
    {
      step: { boolean: { yes: ["J"], no: ["N"] } },
      direction: "outbound",
      given: false,
      gives: "N",
      back: false,
    },
  ],
  explain: ({ arg }) => {
    if (arg === true) return "as yes or no";
    const { yes, no } = arg as Vocabulary;
    return `as yes (${yes.join(", ")}) or no (${no.join(", ")})`;
  },
  compile: ({ arg }, { direction }) => {
    const { yes, no } = arg === true ? usual : (arg as Vocabulary);
    const words = new Map<string, boolean>();
    for (const word of yes) words.set(fold(word), true);
    for (const word of no) {
      if (words.get(fold(word)) === true)
        throw new StepError(`"${word}" is both a yes and a no`, "/boolean/no");
      words.set(fold(word), false);
    }
    const read = onText((text, scope) => words.get(text.toLowerCase()) ?? scope.fail("bad-boolean", null));
    if (direction !== "outbound") return { forward: read };
    return {
      forward: (value, scope) => {
        const answer = typeof value === "boolean" ? value : read(value, scope);
        if (arg === true || typeof answer !== "boolean") return answer;
        return answer ? yes[0]! : no[0]!;
      },
      back: (after: Value) => {
        const text = toText(after);
        return (text === null ? undefined : words.get(text.toLowerCase())) ?? after;
      },
    };
  },
});

const fold = (word: Word): string => String(word).toLowerCase();
