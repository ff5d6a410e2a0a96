import { entityNames } from "@cutover/model";

const text = { type: "string", minLength: 1 } as const;
const fields = { type: "array", items: text, minItems: 1 } as const;

const system = {
  ...text,
  pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$",
  description: "Folder below mappings/.",
} as const;

const connection = {
  description:
    "Where the data is. Databases: url, or urlEnv (name of an environment variable), or urlFile (a file that holds it); TLS is an option of the URL. Files: folder. Paths count from the migration folder.",
  type: "object",
  properties: {
    medium: {
      enum: ["sql", "csv", "xlsx", "ndjson", "xml"],
      description: "Only where it is not the system's own.",
    },
    url: {
      ...text,
      description:
        "sqlite:<path>, postgres://user@host/database, mysql://user@host/database. Never with a password: use passwordEnv, passwordFile, urlEnv or urlFile.",
    },
    urlEnv: { ...text, description: "Name of the environment variable that holds the URL." },
    urlFile: { ...text, description: "File that holds the URL." },
    folder: { ...text, description: "Folder of the export files." },
    passwordEnv: {
      ...text,
      description: "Name of the environment variable that holds the password, where the URL has none.",
    },
    passwordFile: { ...text, description: "File that holds the password." },
  },
  additionalProperties: false,
} as const;

const parameters = {
  description: "Values of the system's declared parameters.",
  type: "object",
  additionalProperties: { type: ["string", "number", "boolean"] },
} as const;

const matchKey = {
  anyOf: [
    { ...fields, description: "Fields that together tell two records to be the same." },
    {
      type: "object",
      properties: {
        fields,
        optional: { ...fields, description: "Part of the key, where absent equals absent." },
        unless: { ...fields, description: "Not tried for records that have one of these." },
        decides: { type: "boolean", description: "Two records that differ in it are never the same." },
      },
      required: ["fields"],
      additionalProperties: false,
    },
  ],
} as const;

const perEntity = (schema: object) => ({
  type: "object",
  properties: Object.fromEntries(entityNames.map((name) => [name, schema])),
  additionalProperties: false,
});

/** The JSON Schema (2020-12) of `migration.yaml`. */
export const migrationSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Cutover migration",
  description: "Which systems take part, where they are, and how their records are recognized.",
  type: "object",
  properties: {
    migration: { ...text, pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]*$", description: "The migration's name." },
    sources: {
      description:
        "The systems that are read, by a name of your own. The first one's records survive a merge.",
      type: "object",
      minProperties: 1,
      propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_-]*$", not: { const: "target" } },
      additionalProperties: {
        type: "object",
        properties: {
          system,
          role: { enum: ["enrich"], description: "Adds to records of the other sources." },
          connection,
          parameters,
        },
        required: ["system", "connection"],
        additionalProperties: false,
      },
    },
    target: {
      description: "The system that is written.",
      type: "object",
      properties: { system, connection, parameters },
      required: ["system", "connection"],
      additionalProperties: false,
    },
    entities: {
      description: "What is moved; default: all that the sources give and the target takes.",
      type: "array",
      items: { enum: entityNames },
      uniqueItems: true,
      minItems: 1,
    },
    match: {
      description: "How records are recognized, the strongest key first. What is not said has defaults.",
      ...perEntity({ type: "array", items: matchKey, minItems: 1 }),
    },
    vanished: {
      description:
        "What becomes of records that the source no longer has, and the target does. Their rows stay in the target: `keep` lists them as warnings, `flag` has a person look. For all, or by entity.",
      anyOf: [{ enum: ["keep", "flag"] }, perEntity({ enum: ["keep", "flag"] })],
    },
    enrich: {
      description: "What an enriching source adds, and what happens to its records that match none.",
      ...perEntity({
        type: "object",
        properties: { from: text, fields, unmatched: { enum: ["exclude", "create"] } },
        required: ["from", "fields"],
        additionalProperties: false,
      }),
    },
  },
  required: ["migration", "sources", "target"],
  additionalProperties: false,
} as const;
