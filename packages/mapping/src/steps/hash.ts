import { createHash } from "node:crypto";
import { declareStep, onText } from "./step.js";

interface Argument {
  readonly with: "sha256" | "sha1" | "md5";
  readonly length?: number;
}

export const hash = declareStep({
  name: "hash",
  version: 1,
  doc: "The hash of a text (its UTF-8 bytes) in hexadecimal digits, cut to `length` where that is given: for codes a target demands and for keys that a system makes of names.",
  schema: {
    type: "object",
    properties: {
      with: { enum: ["sha256", "sha1", "md5"] },
      length: { type: "integer", minimum: 4, maximum: 64 },
    },
    required: ["with"],
    additionalProperties: false,
  },
  examples: [
    { step: { hash: { with: "md5" } }, given: "anna", gives: "a70f9e38ff015afaa9ab0aacabee2e13" },
    { step: { hash: { with: "sha256", length: 12 } }, given: "anna", gives: "55579b557896" },
  ],
  explain: ({ arg }) => `as its ${(arg as Argument).with} hash`,
  compile: ({ arg }) => {
    const { with: algorithm, length } = arg as Argument;
    return {
      forward: onText((text) => createHash(algorithm).update(text, "utf8").digest("hex").slice(0, length)),
    };
  },
});
