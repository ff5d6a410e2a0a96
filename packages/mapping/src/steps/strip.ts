import { toText, type Value } from "../value.js";
import { withoutPrefix } from "./prefix.js";
import { declareStep, onText } from "./step.js";

export const strip = declareStep({
  name: "strip",
  version: 1,
  doc: "Takes a text away from the front; a value that does not begin with it is flagged.",
  schema: { type: "string", minLength: 1 },
  examples: [
    { step: { strip: "badge:" }, given: "badge:57", gives: "57", back: "badge:57" },
    { step: { strip: "badge:" }, given: "57", issue: "bad-structure" },
  ],
  explain: ({ arg }) => `without \`${String(arg)}\` in front`,
  compile: ({ arg }) => ({
    forward: onText((text, scope) =>
      text.startsWith(arg as string)
        ? withoutPrefix(text, arg as string)
        : scope.fail("bad-structure", `strip: the text does not begin with "${String(arg)}"`),
    ),
    back: (after: Value) => {
      const text = toText(after);
      return text === null ? after : (arg as string) + text;
    },
  }),
});
