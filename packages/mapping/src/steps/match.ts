import type { RE2JS } from "re2js";
import { linearPattern } from "../linear-pattern.js";
import { declareStep, onText, StepError } from "./step.js";

interface Argument {
  readonly pattern: string;
  readonly replace?: string;
  readonly group?: number | string;
  readonly otherwise?: null | "flag" | "keep";
}

export const match = declareStep({
  name: "match",
  version: 1,
  doc: "Finds a regular expression (RE2's syntax, linear in the length of the text) in the text. With `replace`, every occurrence is replaced (`$1` is the first group). With `group`, the text is what that group, by number or name, found first; with neither it is the whole of what was found. A text it does not occur in is flagged, unless `otherwise` says `null` or `keep`; with `replace` it stays as it is.",
  schema: {
    type: "object",
    properties: {
      pattern: { type: "string", minLength: 1 },
      replace: { type: "string" },
      group: {
        anyOf: [
          { type: "integer", minimum: 0 },
          { type: "string", minLength: 1 },
        ],
      },
      otherwise: { enum: [null, "flag", "keep"] },
    },
    required: ["pattern"],
    not: { required: ["replace", "group"] },
    additionalProperties: false,
  },
  examples: [
    { step: { match: { pattern: "^0+", replace: "" } }, given: "00123", gives: "123" },
    {
      step: { match: { pattern: "^(\\w+)-(?P<number>\\d+)$", group: "number" } },
      given: "EMP-42",
      gives: "42",
    },
    { step: { match: { pattern: "\\d+" } }, given: "none", issue: "bad-structure" },
    {
      step: { match: { pattern: "(\\w+), (\\w+)", replace: "$2 $1" } },
      given: "Ruiz, Ana",
      gives: "Ana Ruiz",
    },
    {
      step: { match: { pattern: "(a+)+$", otherwise: null } },
      given: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
      gives: null,
    },
  ],
  explain: ({ arg }) => {
    const { pattern, replace, group } = arg as Argument;
    if (replace !== undefined) return `with \`${pattern}\` replaced by \`${replace}\``;
    return group === undefined
      ? `what matches \`${pattern}\``
      : `the part ${String(group)} of \`${pattern}\``;
  },
  compile: ({ arg }) => {
    const { pattern, replace, group, otherwise } = arg as Argument;
    const compiled = compilePattern(pattern);
    if (typeof group === "number" && group > compiled.groupCount())
      throw new StepError(`the pattern has only ${compiled.groupCount()} groups`, "/match/group");
    if (typeof group === "string" && !Object.hasOwn(compiled.namedGroups(), group))
      throw new StepError(`the pattern has no group "${group}"`, "/match/group");
    if (replace !== undefined) {
      try {
        compiled.matcher("").replaceAll(replace);
      } catch {
        throw new StepError("the replacement does not fit the pattern", "/match/replace");
      }
      return { forward: onText((text) => compiled.matcher(text).replaceAll(replace)) };
    }
    return {
      forward: onText((text, scope) => {
        const matcher = compiled.matcher(text);
        if (matcher.find()) return matcher.group(group ?? 0);
        if (otherwise === null) return null;
        return otherwise === "keep" ? text : scope.fail("bad-structure", "match: the pattern does not occur");
      }),
    };
  },
});

function compilePattern(pattern: string): RE2JS {
  try {
    return linearPattern(pattern);
  } catch (error) {
    throw new StepError(
      `not a regular expression: ${(error as Error).message}`,
      "/match/pattern",
      "RE2 has no back-references and no look-around.",
    );
  }
}
