import { declareStep, onText, same } from "./step.js";

export const trim = declareStep({
  name: "trim",
  version: 1,
  doc: "Takes white space away from both ends of a text (`true`), or from its `start` or `end` only. What is left empty is null.",
  schema: { enum: [true, "start", "end"] },
  examples: [
    { step: { trim: true }, given: "  Ana María ", gives: "Ana María" },
    { step: { trim: "end" }, given: " x ", gives: " x" },
    { step: { trim: true }, given: " \t ", gives: null },
  ],
  explain: ({ arg }) =>
    arg === true ? "without white space at its ends" : `without white space at its ${String(arg)}`,
  compile: ({ arg }) => ({
    forward: onText(
      arg === "start" ? (t) => t.trimStart() : arg === "end" ? (t) => t.trimEnd() : (t) => t.trim(),
    ),
    back: same,
    loss: "white space at the ends",
  }),
});
