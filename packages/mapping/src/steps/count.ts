import { isList, isMap } from "../value.js";
import { declareStep } from "./step.js";

export const count = declareStep({
  name: "count",
  version: 1,
  doc: "How many items a list has, or members a map.",
  schema: { const: true },
  takes: ["any", "list", "refs", "credits", "map"],
  whole: true,
  gives: () => "integer",
  examples: [
    { step: { count: true }, given: ["a", "b"], gives: 2 },
    { step: { count: true }, given: { a: "1" }, gives: 1 },
    { step: { count: true }, given: "a", issue: "bad-structure" },
  ],
  explain: () => "counted",
  compile: () => ({
    forward: (value, scope) => {
      if (isList(value)) return value.length;
      return isMap(value)
        ? Object.keys(value).length
        : scope.fail("bad-structure", "count: neither a list nor a map");
    },
  }),
});
