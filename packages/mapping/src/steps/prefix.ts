import { toText, type Value } from "../value.js";
import { declareStep, onText } from "./step.js";

export const prefix = declareStep({
  name: "prefix",
  version: 1,
  doc: "Puts a text in front, such as the kind of record in front of its key.",
  schema: { type: "string", minLength: 1 },
  examples: [{ step: { prefix: "badge:" }, given: 57, gives: "badge:57", back: "57" }],
  explain: ({ arg }) => `with \`${String(arg)}\` in front`,
  compile: ({ arg }) => ({
    forward: onText((text) => (arg as string) + text),
    back: (after) => withoutPrefix(after, arg as string),
  }),
});

export function withoutPrefix(value: Value, start: string): Value {
  const text = toText(value);
  return text !== null && text.startsWith(start) ? text.slice(start.length) : value;
}
