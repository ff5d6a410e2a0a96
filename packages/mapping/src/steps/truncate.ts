import { cut } from "../text.js";
import { declareStep, onText, same } from "./step.js";

export const truncate = declareStep({
  name: "truncate",
  version: 1,
  doc: "Cuts a text after a number of characters (code points, so that no character is cut in two).",
  schema: { type: "integer", minimum: 1 },
  examples: [
    { step: { truncate: 4 }, given: "Straße", gives: "Stra" },
    { step: { truncate: 2 }, given: "🎓🎓🎓", gives: "🎓🎓", back: "🎓🎓" },
  ],
  explain: ({ arg }) => `cut to ${String(arg)} characters`,
  compile: ({ arg }) => ({
    forward: onText((text) => cut(text, arg as number)),
    back: same,
    atMost: arg as number,
    loss: `what is longer than ${String(arg)} characters`,
  }),
});
