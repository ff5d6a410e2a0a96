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

/** A text, or a list of texts. Said with `if`, so that an error names the branch that was meant. */
export const oneOrMore = (description: string): JsonSchema => ({
  if: { type: "array" },
  then: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
  else: { type: "string", minLength: 1 },
  description,
});

export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

/** Members of every file. */
export const fileMembers: Readonly<Record<string, JsonSchema>> = {
  extends: text("What this file is laid over; only what differs is said here, and null takes a part away."),
  include: oneOrMore("Fragments merged in before what this file says itself."),
};

/** A file that extends another says only what differs. */
export const unlessExtends = (required: readonly string[]): JsonSchema => ({
  if: { required: ["extends"] },
  then: {},
  else: { required },
});
