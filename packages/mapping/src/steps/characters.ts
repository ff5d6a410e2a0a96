import { declareStep, onText, same, StepError } from "./step.js";

type Range = readonly [first: number, last: number];

export const characters = declareStep({
  name: "characters",
  version: 1,
  doc: "Flags a text that holds other characters than these: characters one by one, and ranges as `a-z`; a `-` of its own stands first or last. An empty text allows all. A parameter is named as `param.x`. The text itself is not changed.",
  schema: { type: "string" },
  examples: [
    { step: { characters: "a-z0-9._@-" }, given: "anna-maria.o@corp", gives: "anna-maria.o@corp" },
    { step: { characters: "a-z0-9._@-" }, given: "jürgen", issue: "bad-structure" },
    { step: { characters: "" }, given: "jürgen", gives: "jürgen" },
    {
      step: { characters: "a-z" },
      direction: "outbound",
      given: "Anna",
      issue: "target-charset",
    },
    { step: { characters: "a-z" }, direction: "outbound", given: "anna", gives: "anna", back: "anna" },
  ],
  explain: ({ arg }) => {
    const text = String(arg);
    if (text === "") return "with any characters";
    return text.startsWith("param.")
      ? `which may hold the characters of the parameter \`${text.slice("param.".length)}\` alone`
      : `which may hold the characters \`${text}\` alone`;
  },
  compile: ({ arg }, context) => {
    const allowed = context.text(arg as string, "/characters");
    const ranges = rangesOf(allowed);
    const code = context.direction === "outbound" ? "target-charset" : "bad-structure";
    const isAllowed = (char: string): boolean => {
      const point = char.codePointAt(0)!;
      return ranges.some(([first, last]) => first <= point && point <= last);
    };
    return {
      forward: onText((text, scope) => {
        if (ranges.length === 0) return text;
        for (const char of text) {
          if (!isAllowed(char)) return scope.fail(code, `characters: others than \`${allowed}\``);
        }
        return text;
      }),
      back: same,
    };
  },
});

function rangesOf(text: string): readonly Range[] {
  const points = Array.from(text, (char) => char.codePointAt(0)!);
  const dash = "-".codePointAt(0)!;
  const ranges: Range[] = [];
  for (let i = 0; i < points.length; i += 1) {
    const isRange = points[i + 1] === dash && i + 2 < points.length;
    const [first, last] = [points[i]!, points[isRange ? i + 2 : i]!];
    if (last < first) throw new StepError("a range of characters that runs backwards", "/characters");
    ranges.push([first, last]);
    if (isRange) i += 2;
  }
  return ranges;
}
