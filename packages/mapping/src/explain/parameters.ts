import type { SystemDef } from "../definition.js";
import { listed } from "./condition.js";
import { constantInWords } from "./pipeline.js";

/** A sentence on the parameters a text speaks of: what they are set to, and what they are for. */
export function parametersInWords(text: string, { parameters }: SystemDef): readonly string[] {
  const named = [...parameters.values()].filter(({ name }) => text.includes(`the parameter \`${name}\``));
  if (named.length === 0) return [];
  const words = named.map(({ name, value, because }) => {
    const purpose = because === null ? "" : ` (${because.trim().replace(/\.$/, "")})`;
    return `\`${name}\` is ${constantInWords(value)}${purpose}`;
  });
  return ["", `Of the parameters, ${listed(words, "and")}.`];
}
