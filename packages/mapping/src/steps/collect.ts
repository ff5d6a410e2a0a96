import { failed, toText, type Value } from "../value.js";
import { declareStep } from "./step.js";

/** Names the value so far. */
const current = "value";

export const collect = declareStep({
  name: "collect",
  version: 1,
  doc: "Makes a map: each member's name, and the column or field its value comes from; `value` is the value so far. Members that are null are left out.",
  schema: { type: "object", additionalProperties: { type: "string", minLength: 1 }, minProperties: 1 },
  takes: ["any"],
  takesNull: true,
  whole: true,
  gives: () => "map",
  names: ({ arg }) =>
    Object.entries(arg as Record<string, string>)
      .filter(([, name]) => name !== current)
      .map(([key, name]) => ({ name, pointer: `/collect/${key}` })),
  examples: [
    {
      step: { collect: { "Cost centre": "cost_centre", Grade: "grade" } },
      given: null,
      names: { cost_centre: "4711", grade: null },
      gives: { "Cost centre": "4711" },
    },
    { step: { collect: { Grade: "grade" } }, given: null, names: { grade: null }, gives: null },
    { step: { collect: { points: "value" } }, given: "7", gives: { points: "7" } },
  ],
  explain: ({ arg }) =>
    `as a map of ${Object.entries(arg as Record<string, string>)
      .map(([key, name]) => `${key} from ${name === current ? "it" : `\`${name}\``}`)
      .join(", ")}`,
  compile: ({ arg }, context) => {
    const members = Object.entries(arg as Record<string, string>).map(
      ([key, name]) => [key, name === current ? null : context.getter(name, `/collect/${key}`)] as const,
    );
    return {
      forward: (so, scope) => {
        const entries: [string, Value][] = [];
        for (const [key, read] of members) {
          const value = read === null ? so : read(scope);
          if (value === failed) return failed;
          const text = toText(value);
          if (text !== null && text !== "") entries.push([key, text]);
          else if (value !== null && text === null)
            return scope.fail("bad-value", "collect: its members are texts");
        }
        return entries.length === 0 ? null : Object.fromEntries(entries);
      },
    };
  },
});
