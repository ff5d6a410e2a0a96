import { declareStep, onText, same } from "./step.js";

const ascii = /^[\u0000-\u007F]*$/; // oxlint-disable-line no-control-regex

export const unicode = declareStep({
  name: "unicode",
  version: 1,
  doc: "Brings a text into a Unicode normalization form, so that `é` written as one character and as two are the same text.",
  schema: { enum: ["NFC", "NFD", "NFKC", "NFKD"] },
  examples: [{ step: { unicode: "NFC" }, given: "Rene\u0301", gives: "Ren\u00e9" }],
  explain: ({ arg }) => `in Unicode form ${String(arg)}`,
  compile: ({ arg }) => ({
    forward: onText((text) => (ascii.test(text) ? text : text.normalize(arg as string))),
    back: same,
    loss: "the spelling of composed characters",
  }),
});
