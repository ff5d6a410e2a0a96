import { failed } from "../value.js";
import { declareStep, same } from "./step.js";

export const coalesce = declareStep({
  name: "coalesce",
  version: 1,
  doc: "Where the value is null, the first of the named columns or fields that is not.",
  schema: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
  takes: ["any"],
  takesNull: true,
  whole: true,
  gives: (_step, input) => input,
  names: ({ arg }) => (arg as string[]).map((name, i) => ({ name, pointer: `/coalesce/${i}` })),
  examples: [
    {
      step: { coalesce: ["nickname", "first"] },
      given: null,
      names: { nickname: null, first: "Ana" },
      gives: "Ana",
    },
    { step: { coalesce: ["first"] }, given: "Annie", names: { first: "Ana" }, gives: "Annie" },
  ],
  explain: ({ arg }) => `or else ${(arg as string[]).map((name) => `\`${name}\``).join(", or else ")}`,
  compile: ({ arg }, context) => {
    const getters = (arg as string[]).map((name, i) => context.getter(name, `/coalesce/${i}`));
    return {
      forward: (value, scope) => {
        if (value !== null) return value;
        for (const get of getters) {
          const other = get(scope);
          if (other === failed || other !== null) return other;
        }
        return null;
      },
      back: same,
    };
  },
});
