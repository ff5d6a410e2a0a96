import { failed, isList, isMap, toText, type Failed, type Value } from "../value.js";
import type { Scope } from "../scope.js";
import { declareStep } from "./step.js";

export const values = declareStep({
  name: "values",
  version: 1,
  doc: "Applies steps to every member of a map, or item of a list. What becomes null is left out.",
  schema: { type: "array", items: { type: "object" }, minItems: 1 },
  ofSteps: true,
  takes: ["any", "list", "map"],
  whole: true,
  gives: (_step, input) => input,
  examples: [
    {
      step: { values: [{ epoch: "seconds", zone: "Europe/Berlin", as: "date" }] },
      given: { hired: "1709161200", left: "0" },
      gives: { hired: "2024-02-29" },
    },
    { step: { values: [{ case: "upper" }] }, given: ["a", "b"], gives: ["A", "B"] },
    { step: { values: [{ epoch: "seconds" }] }, given: { hired: "soon" }, issue: "bad-number" },
    { step: { values: [{ trim: true }] }, given: "a", issue: "bad-structure" },
  ],
  explain: () => "in each of its values",
  compile: (_step, context) => {
    const apply = context.inner();
    return {
      forward: (value, scope) => {
        if (isList(value)) return items(value, apply, scope);
        return isMap(value)
          ? members(value, apply, scope)
          : scope.fail("bad-structure", "values: neither a list nor a map");
      },
    };
  },
});

type Apply = (value: Value, scope: Scope) => Value | Failed;

function items(list: readonly Value[], apply: Apply, scope: Scope): Value | Failed {
  const made: Value[] = [];
  for (const item of list) {
    const value = apply(item, scope);
    if (value === failed) return failed;
    if (value !== null) made.push(value);
  }
  return made.length === 0 ? null : made;
}

function members(map: { readonly [name: string]: Value }, apply: Apply, scope: Scope): Value | Failed {
  const made: [string, Value][] = [];
  for (const [name, member] of Object.entries(map)) {
    const value = apply(member, scope);
    if (value === failed) return failed;
    // Members of a map are texts, whatever the steps made of them.
    const text = toText(value);
    if (value !== null && text !== "") made.push([name, text ?? value]);
  }
  return made.length === 0 ? null : Object.fromEntries(made);
}
