import { entityNames } from "@cutover/model";
import { joinKey } from "../key.js";
import { isList, toText, type Value } from "../value.js";
import { declareStep, lists, scalars, StepError } from "./step.js";

export const ref = declareStep({
  name: "ref",
  version: 1,
  doc: "Says that the value is the key of another record of the entity, as that record's own mapping makes it. A key of several parts is given as a list, `from: [type, id]`, and joined like `key`. Towards the target, the value is the key the other record has in the target.",
  schema: { enum: entityNames },
  takes: [...scalars, ...lists],
  whole: true,
  gives: (_step, input) => (input === "refs" ? "refs" : "ref"),
  examples: [
    { step: { ref: "user" }, given: 1207, gives: "1207" },
    { step: { ref: "course" }, given: ["ONLINE", "A|1"], gives: "ONLINE|A\\|1" },
    { step: { ref: "course" }, given: ["ONLINE", null], gives: null },
    {
      step: { ref: "course" },
      given: ["C1", "C2"],
      gives: ["C1", "C2"],
      field: { kind: "refs", doc: "", entity: "course" },
    },
    { step: { ref: "course" }, direction: "outbound", input: "ref", given: "57", gives: "57", back: "57" },
  ],
  explain: ({ arg }) => `as the ${String(arg)} with that key`,
  compile: ({ arg }, { field, direction }) => {
    if (direction === "inbound" && field !== null && field.entity !== undefined && field.entity !== arg)
      throw new StepError(`the field refers to a ${field.entity}, not to a ${String(arg)}`, "/ref");
    const several = field?.kind === "refs";
    return {
      forward: (value, scope) => {
        if (!isList(value)) return toText(value) ?? scope.fail("bad-value", "ref: not a key");
        const parts = value.map((part) => (part === null ? null : toText(part)));
        if (several) return parts.filter((part) => part !== null && part !== "");
        // Where a part is missing there is no such record to point at.
        return parts.some((part) => part === null || part === "") ? null : joinKey(parts as string[]);
      },
      back: (after: Value): Value => (isList(after) ? after : after === null ? null : toText(after)),
    };
  },
});
