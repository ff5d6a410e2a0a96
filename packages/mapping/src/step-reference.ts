import { steps } from "./steps/index.js";
import type { Step } from "./steps/step.js";

/** What the reference page says of a step. */
export type StepReference = Pick<
  Step,
  "name" | "version" | "doc" | "schema" | "options" | "takes" | "takesNull" | "whole" | "examples"
>;

/** Every step of the language, in the order of the reference page. */
export const stepReference = (): readonly StepReference[] =>
  [...steps.values()].map(({ name, version, doc, schema, options, takes, takesNull, whole, examples }) => ({
    name,
    version,
    doc,
    schema,
    options,
    takes,
    takesNull,
    whole,
    examples,
  }));
