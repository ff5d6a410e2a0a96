import { canonicalDecimal, roundDecimal } from "../decimal.js";
import { declareStep, onText, same, scalars } from "./step.js";

export const round = declareStep({
  name: "round",
  version: 1,
  doc: "Rounds a number to so many digits after the point, halves away from zero as databases do.",
  schema: { type: "integer", minimum: 0, maximum: 18 },
  takes: scalars,
  gives: () => "decimal",
  examples: [
    { step: { round: 1 }, given: "87.25", gives: "87.3" },
    { step: { round: 0 }, given: "-0.5", gives: "-1" },
  ],
  explain: ({ arg }) => `rounded to ${String(arg)} digits after the point`,
  compile: ({ arg }) => ({
    forward: onText((text, scope) => {
      const value = canonicalDecimal(text);
      return value === null
        ? scope.fail("bad-number", "round: not a number")
        : roundDecimal(value, arg as number);
    }),
    back: same,
    loss: `digits after the ${String(arg)}. behind the point`,
  }),
});
