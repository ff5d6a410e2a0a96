import { isList, toText, type Value } from "../value.js";
import { declareStep, onText, scalars } from "./step.js";

export const split = declareStep({
  name: "split",
  version: 1,
  doc: "Cuts a text at every separator into a list. White space around the pieces is taken away, and empty pieces are left out.",
  schema: { type: "string", minLength: 1 },
  takes: scalars,
  gives: () => "list",
  examples: [
    { step: { split: "," }, given: "de, en,,fr", gives: ["de", "en", "fr"], back: "de,en,fr" },
    { step: { split: " / " }, given: "Safety / Fire", gives: ["Safety", "Fire"] },
    { step: { split: "," }, given: " , ", gives: null },
  ],
  explain: ({ arg }) => `cut at every \`${String(arg)}\``,
  compile: ({ arg }) => ({
    forward: onText((text) => {
      const pieces = text
        .split(arg as string)
        .map((piece) => piece.trim())
        .filter((piece) => piece !== "");
      return pieces.length === 0 ? null : pieces;
    }),
    back: (after: Value) =>
      isList(after) ? after.map((item) => toText(item) ?? "").join(arg as string) : after,
  }),
});
