import { createRequire } from "node:module";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { entities, entityNames } from "./entities.js";
import type { CanonicalRecord, EntityName, Field } from "./kinds.js";

type JsonSchema = Readonly<Record<string, unknown>>;

export const datePattern = "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$";
export const instantPattern =
  "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{0,8}[1-9])?Z$";
export const decimalPattern = "^(0|-?[1-9]\\d*|-?(0|[1-9]\\d*)\\.\\d*[1-9])$";
export const durationPattern = "^P(?!$)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+S)?)?$";

function valueSchema(field: Field): JsonSchema {
  switch (field.kind) {
    case "text":
    case "ref":
      return {
        type: "string",
        minLength: 1,
        ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }),
      };
    case "one of":
      return { enum: field.values };
    case "integer":
      return { type: "integer" };
    case "boolean":
      return { type: "boolean" };
    case "decimal":
      return { type: "string", pattern: decimalPattern };
    case "date":
      return { type: "string", pattern: datePattern };
    case "instant":
      return { type: "string", pattern: instantPattern };
    case "moment":
      return { type: "string", anyOf: [{ pattern: datePattern }, { pattern: instantPattern }] };
    case "duration":
      return { type: "string", pattern: durationPattern };
    case "list":
    case "refs":
      return { type: "array", items: { type: "string", minLength: 1 } };
    case "map":
      return { type: "object", additionalProperties: { type: "string" } };
    case "credits":
      return {
        type: "array",
        items: {
          type: "object",
          properties: {
            amount: { type: "string", pattern: decimalPattern },
            unit: { type: "string", minLength: 1 },
            provider: { type: ["string", "null"] },
          },
          required: ["amount", "unit", "provider"],
          additionalProperties: false,
        },
      };
  }
}

/** The JSON Schema (2020-12) of one field: null is allowed unless it is required. */
export function fieldSchema(field: Field): JsonSchema {
  const value = valueSchema(field);
  const described = { description: field.doc };
  if (field.required) return { ...described, ...value };
  return { ...described, anyOf: [{ type: "null" }, value] };
}

/** The JSON Schema (2020-12) of an entity's canonical records. */
export function entitySchema(name: EntityName): JsonSchema {
  const { doc, fields } = entities[name];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: name,
    description: doc,
    type: "object",
    properties: Object.fromEntries(Object.entries(fields).map(([key, f]) => [key, fieldSchema(f)])),
    required: Object.keys(fields),
    additionalProperties: false,
  };
}

const validators = new Map<EntityName, ValidateFunction>();

/** The validator is loaded when it is first used: every command loads the model, few validate by it. */
function compile(name: EntityName): ValidateFunction {
  const { Ajv2020 } = createRequire(import.meta.url)("ajv/dist/2020.js") as typeof import("ajv/dist/2020.js");
  return new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(entitySchema(name));
}

/** What of a record is not as its schema says: the fields, each once, in declared order. Empty when all is well. */
export function invalidFields(name: EntityName, record: CanonicalRecord): readonly string[] {
  let validate = validators.get(name);
  if (validate === undefined) {
    validate = compile(name);
    validators.set(name, validate);
  }
  if (validate(record)) return [];
  const found = new Set<string>();
  for (const error of validate.errors ?? []) {
    const [, field] = error.instancePath.split("/");
    found.add(field ?? String(error.params["missingProperty"] ?? error.params["additionalProperty"] ?? ""));
  }
  return [...found];
}

/** All entity schemas by name. */
export const entitySchemas = (): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(entityNames.map((name) => [name, entitySchema(name)]));
