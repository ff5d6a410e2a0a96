import { isMap } from "../value.js";
import { declareStep } from "./step.js";

export const get = declareStep({
  name: "get",
  version: 1,
  doc: "One member of a map, by its name; null where the map has none.",
  schema: { type: "string", minLength: 1 },
  takes: ["any", "map"],
  gives: () => "text",
  examples: [
    { step: { get: "grade" }, given: { grade: "A", note: "x" }, gives: "A" },
    { step: { get: "constructor" }, given: { grade: "A" }, gives: null },
    { step: { get: "grade" }, given: "A", issue: "bad-structure" },
  ],
  explain: ({ arg }) => `its member \`${String(arg)}\``,
  compile: ({ arg }) => ({
    forward: (value, scope) => {
      if (!isMap(value)) return scope.fail("bad-structure", "get: not a map");
      return Object.hasOwn(value, arg as string) ? (value[arg as string] ?? null) : null;
    },
  }),
});
