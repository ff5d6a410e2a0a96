import { declareStep, onText, same } from "./step.js";

export const collapse = declareStep({
  name: "collapse",
  version: 1,
  doc: "Takes white space away from both ends of a text, and makes every run of it inside, line ends too, one space.",
  schema: { const: true },
  examples: [{ step: { collapse: true }, given: " Safety \n  first ", gives: "Safety first" }],
  explain: () => "with runs of white space made one space",
  compile: () => ({
    forward: onText((text) => text.trim().replace(/\s+/gu, " ")),
    back: same,
    loss: "runs of white space",
  }),
});
