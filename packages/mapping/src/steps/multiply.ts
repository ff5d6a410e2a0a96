import { canonicalDecimal, divideDecimals, multiplyDecimals } from "../decimal.js";
import { toText } from "../value.js";
import { declareStep, onText, scalars } from "./step.js";

/** Digits kept after the point when a product is divided again. */
const scale = 18;

export const multiply = declareStep({
  name: "multiply",
  version: 1,
  doc: "Multiplies a number by a constant, exactly: a grade of 0.27 by 100 is 27. Read back, it is divided again.",
  schema: {
    anyOf: [
      { type: "number", not: { const: 0 } },
      { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" },
    ],
  },
  takes: scalars,
  gives: () => "decimal",
  examples: [
    { step: { multiply: 100 }, given: "0.27", gives: "27", back: "0.27" },
    { step: { multiply: "0.01" }, given: "87.5", gives: "0.875", back: "87.5" },
    { step: { multiply: 100 }, given: "high", issue: "bad-number" },
  ],
  explain: ({ arg }) => `times ${String(arg)}`,
  compile: ({ arg }) => {
    const factor = canonicalDecimal(String(arg)) ?? "1";
    return {
      forward: onText((text, scope) => {
        const value = canonicalDecimal(text);
        return value === null
          ? scope.fail("bad-number", "multiply: not a number")
          : multiplyDecimals(value, factor);
      }),
      back: (after) => {
        const value = canonicalDecimal(toText(after) ?? "");
        return value === null || factor === "0" ? after : divideDecimals(value, factor, scale);
      },
    };
  },
});
