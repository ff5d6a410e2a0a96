export type JsonSchema = Readonly<Record<string, unknown>>;

export const text = (description: string): JsonSchema => ({ type: "string", minLength: 1, description });

export const flag = (description: string): JsonSchema => ({ type: "boolean", description });

export const enumeration = (values: readonly string[], description: string): JsonSchema => ({
  enum: values,
  description,
});

export const listOf = (items: JsonSchema, description: string): JsonSchema => ({
  type: "array",
  items,
  description,
});

export const mapOf = (additionalProperties: JsonSchema, description: string): JsonSchema => ({
  type: "object",
  additionalProperties,
  description,
});

export function object(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
  description?: string,
): JsonSchema {
  return {
    type: "object",
    properties,
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    ...(description === undefined ? {} : { description }),
  };
}

/**
 * One schema or the other. Said with `if` and not with `anyOf`, so that an error is one of the branch that
 * was meant.
 */
export const either = (condition: JsonSchema, then: JsonSchema, otherwise: JsonSchema): JsonSchema => ({
  if: condition,
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then,
  else: otherwise,
});

/** A text, or a list of texts. */
export const oneOrMore = (description: string): JsonSchema => ({
  ...either(
    { type: "array" },
    { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
    { type: "string", minLength: 1 },
  ),
  description,
});

export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/** Members of every file. */
export const fileMembers: Readonly<Record<string, JsonSchema>> = {
  extends: text("What this file is laid over; only what differs is said here, and null takes a part away."),
  include: oneOrMore("Fragments merged in before what this file says itself."),
};

/** A file that extends another says only what differs. */
export const unlessExtends = (required: readonly string[]): JsonSchema =>
  either({ required: ["extends"] }, {}, { required });
