import { failed, toText, type Value } from "../value.js";
import { declareStep } from "./step.js";

export const collect = declareStep({
  name: "collect",
  version: 1,
  doc: "Makes a map of columns or fields: each member's name, and where its value comes from. Members that are null are left out.",
  schema: { type: "object", additionalProperties: { type: "string", minLength: 1 }, minProperties: 1 },
  takes: ["any"],
  takesNull: true,
  whole: true,
  gives: () => "map",
  names: ({ arg }) =>
    Object.entries(arg as Record<string, string>).map(([key, name]) => ({
      name,
      pointer: `/collect/${key}`,
    })),
  examples: [
    {
      step: { collect: { "Cost centre": "cost_centre", Grade: "grade" } },
      given: null,
      names: { cost_centre: "4711", grade: null },
      gives: { "Cost centre": "4711" },
    },
    { step: { collect: { Grade: "grade" } }, given: null, names: { grade: null }, gives: null },
  ],
  explain: ({ arg }) =>
    `collected from ${Object.entries(arg as Record<string, string>)
      .map(([key, name]) => `\`${name}\` as ${key}`)
      .join(", ")}`,
  compile: ({ arg }, context) => {
    const members = Object.entries(arg as Record<string, string>).map(
      ([key, name]) => [key, context.getter(name, `/collect/${key}`)] as const,
    );
    return {
      forward: (_value, scope) => {
        const entries: [string, Value][] = [];
        for (const [key, read] of members) {
          const value = read(scope);
          if (value === failed) return failed;
          const text = toText(value);
          if (text !== null && text !== "") entries.push([key, text]);
          else if (value !== null && text === null)
            return scope.fail("bad-value", "collect takes texts only");
        }
        return entries.length === 0 ? null : Object.fromEntries(entries);
      },
    };
  },
});
