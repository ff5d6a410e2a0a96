import type { Value } from "../value.js";
import { declareStep, same } from "./step.js";

export const defaultTo = declareStep({
  name: "default",
  version: 1,
  doc: "A constant in place of null.",
  schema: { type: ["string", "number", "boolean"] },
  takes: ["any"],
  takesNull: true,
  whole: true,
  gives: (_step, input) => input,
  examples: [
    { step: { default: "active" }, given: null, gives: "active" },
    { step: { default: 0 }, given: 5, gives: 5 },
  ],
  explain: ({ arg }) => `or ${arg === "" ? "an empty text" : `\`${String(arg)}\``} where there is none`,
  compile: ({ arg }) => ({ forward: (value) => value ?? (arg as Value), back: same }),
});
