import { isList, toText, type Value } from "../value.js";
import { declareStep, lists } from "./step.js";

export const join = declareStep({
  name: "join",
  version: 1,
  doc: "Puts the items of a list together to one text, with a separator between them. Items that are null are left out. Read back, the text is cut at the separator.",
  schema: { type: "string" },
  takes: ["any", ...lists],
  whole: true,
  gives: () => "text",
  examples: [
    { step: { join: " " }, given: ["Ana", null, "Ruiz"], gives: "Ana Ruiz", back: ["Ana", "Ruiz"] },
    { step: { join: "," }, given: ["de", "en"], gives: "de,en", back: ["de", "en"] },
    { step: { join: "," }, given: [null], gives: null },
  ],
  explain: ({ arg }) => `joined with \`${String(arg)}\``,
  compile: ({ arg }) => ({
    forward: (value, scope) => {
      if (!isList(value)) return scope.fail("bad-value", "join needs a list");
      return value
        .map(toText)
        .filter((text) => text !== null && text !== "")
        .join(arg as string);
    },
    ...(arg === ""
      ? {}
      : { back: (after: Value) => (typeof after === "string" ? after.split(arg as string) : after) }),
    loss: `the bounds of items that hold "${String(arg)}"`,
  }),
});
