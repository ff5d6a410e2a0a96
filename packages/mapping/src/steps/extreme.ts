import { failed, type Value } from "../value.js";
import { declareStep, same, type Step } from "./step.js";

/**
 * The day decides where one of two moments is no more than a day: a day is before every instant of it
 * for `earliest` and after it for `latest`, so that what is clamped never crosses what it is clamped to.
 */
const before = (a: string, b: string): boolean => a < b;

function extreme(
  name: "earliest" | "latest",
  doc: string,
  replaces: (other: string, value: string) => boolean,
  examples: Step["examples"],
): Step {
  return declareStep({
    name,
    version: 1,
    doc,
    schema: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
    takes: ["any", "date", "instant", "moment"],
    whole: true,
    gives: (_step, input) => input,
    names: ({ arg }) => (arg as string[]).map((other, i) => ({ name: other, pointer: `/${name}/${i}` })),
    examples,
    explain: ({ arg }) =>
      `no ${name === "earliest" ? "later" : "earlier"} than ${(arg as string[]).map((other) => `\`${other}\``).join(" and ")}`,
    compile: ({ arg }, context) => {
      const getters = (arg as string[]).map((other, i) => context.getter(other, `/${name}/${i}`));
      return {
        forward: (value, scope) => {
          let best: Value = value;
          for (const get of getters) {
            const other = get(scope);
            if (other === failed) return failed;
            if (typeof other === "string" && typeof best === "string" && replaces(other, best)) best = other;
          }
          return best;
        },
        back: same,
        loss: `a moment ${name === "earliest" ? "after" : "before"} ${(arg as string[]).join(" or ")} becomes that one`,
      };
    },
  });
}

export const earliest = extreme(
  "earliest",
  "The moment, or one of the named ones that is earlier; those that are null do not count.",
  before,
  [
    {
      step: { earliest: ["startedAt"] },
      given: "2024-03-02T08:00:00Z",
      names: { startedAt: "2024-03-01T08:00:00Z" },
      gives: "2024-03-01T08:00:00Z",
      back: "2024-03-01T08:00:00Z",
    },
    {
      step: { earliest: ["startedAt"] },
      given: "2024-03-02",
      names: { startedAt: null },
      gives: "2024-03-02",
    },
  ],
);

export const latest = extreme(
  "latest",
  "The moment, or one of the named ones that is later; those that are null do not count.",
  (other, value) => before(value, other),
  [
    {
      step: { latest: ["startedAt"] },
      given: "2024-03-01T08:00:00Z",
      names: { startedAt: "2024-03-02T08:00:00Z" },
      gives: "2024-03-02T08:00:00Z",
    },
  ],
);
