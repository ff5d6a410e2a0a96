import { declareStep, onText, same } from "./step.js";

export const letterCase = declareStep({
  name: "case",
  version: 1,
  doc: "Makes all letters of a text small (`lower`) or capital (`upper`), by Unicode's rules that hold in every language.",
  schema: { enum: ["lower", "upper"] },
  examples: [
    { step: { case: "lower" }, given: "Anna.ÖZ", gives: "anna.öz" },
    { step: { case: "upper" }, given: "de", gives: "DE" },
  ],
  explain: ({ arg }) => (arg === "lower" ? "in small letters" : "in capital letters"),
  compile: ({ arg }) => ({
    forward: onText(arg === "lower" ? (t) => t.toLowerCase() : (t) => t.toUpperCase()),
    back: same,
    loss: "the case of letters",
  }),
});
