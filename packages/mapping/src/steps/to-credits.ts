import type { Credit } from "@cutover/model";
import { canonicalDecimal } from "../decimal.js";
import { failed, isList, toText, type Value } from "../value.js";
import type { Scope } from "../scope.js";
import { declareStep, lists, scalars } from "./step.js";

interface Argument {
  readonly unit: string | readonly string[];
  readonly provider?: string;
}

export const toCredits = declareStep({
  name: "toCredits",
  version: 1,
  converts: true,
  doc: "Makes continuing-education credits of a number: its `unit`, and who grants them. With several numbers (`from: [a, b]`) `unit` is a list of the same length. Amounts that are zero or absent are no credits. Towards the target, the amount in that unit.",
  schema: {
    type: "object",
    properties: {
      unit: {
        anyOf: [
          { type: "string", minLength: 1 },
          { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
        ],
      },
      provider: { type: "string", minLength: 1 },
    },
    required: ["unit"],
    additionalProperties: false,
  },
  takes: [...scalars, ...lists, "credits"],
  whole: true,
  gives: (_step, input, direction) =>
    input === "credits" && direction === "outbound" ? "decimal" : "credits",
  examples: [
    {
      step: { toCredits: { unit: "CEU", provider: "IACET" } },
      given: "1.50",
      gives: [{ amount: "1.5", unit: "CEU", provider: "IACET" }],
    },
    { step: { toCredits: { unit: "CEU" } }, given: "0.00", gives: null },
    {
      step: { toCredits: { unit: ["hour", "CPE"] } },
      given: ["2", "0.5"],
      gives: [
        { amount: "2", unit: "hour", provider: null },
        { amount: "0.5", unit: "CPE", provider: null },
      ],
    },
    {
      step: { toCredits: { unit: "CEU" } },
      direction: "outbound",
      input: "credits",
      given: [{ amount: "1.5", unit: "CEU", provider: "IACET" }],
      gives: "1.5",
      back: [{ amount: "1.5", unit: "CEU", provider: null }],
    },
  ],
  explain: ({ arg }) => {
    const { unit, provider } = arg as Argument;
    const units = typeof unit === "string" ? unit : unit.join(", ");
    return `as credits in ${units}${provider === undefined ? "" : ` of ${provider}`}`;
  },
  compile: ({ arg }, { direction, input }) => {
    const { unit, provider = null } = arg as Argument;
    const units = typeof unit === "string" ? [unit] : unit;
    const make = (value: Value, scope: Scope | null) => credits(value, units, provider, scope);
    if (direction !== "outbound" || (input !== "credits" && input !== "any")) return { forward: make };
    return {
      forward: (value) => {
        const held = isList(value) ? (value as unknown as readonly Credit[]) : [];
        const amounts = units.map((wanted) => held.find((credit) => credit.unit === wanted)?.amount ?? null);
        return amounts.length === 1 ? amounts[0]! : amounts;
      },
      back: (after) => {
        const value = make(after, null);
        return value === failed ? after : value;
      },
      loss: "the provider, and credits in other units",
    };
  },
});

function credits(value: Value, units: readonly string[], provider: string | null, scope: Scope | null) {
  const amounts = isList(value) ? value : [value];
  const made: Credit[] = [];
  for (const [i, given] of amounts.entries()) {
    const text = given === null ? null : toText(given);
    if (given === null || text === "") continue;
    const amount = text === null ? null : canonicalDecimal(text);
    const unit = units[i];
    if (amount === null || unit === undefined) {
      return scope === null ? failed : scope.fail("bad-number", "toCredits: not a number");
    }
    if (amount !== "0") made.push({ amount, unit, provider });
  }
  return made.length === 0 ? null : made;
}
