import { entities, entityNames, issueCodes, type EntityName } from "@cutover/model";
import type { StepInfo } from "../definition.js";
import {
  either,
  enumeration,
  fileMembers,
  flag,
  listOf,
  mapOf,
  object,
  oneOrMore,
  ref,
  text,
  unlessExtends,
  type JsonSchema,
} from "./common.js";
import { pipelineDefs } from "./pipeline.js";

const name: JsonSchema = {
  ...text("Name of the mapping: `system/records`."),
  pattern: "^[a-z0-9][a-z0-9_-]*/[a-z0-9][a-z0-9_-]*$",
};
const entity = (description: string): JsonSchema => enumeration(entityNames, description);
const reasons = (description: string): JsonSchema => mapOf(text("The reason."), description);
const anyMap = (description: string): JsonSchema => ({ type: "object", description });
const key = oneOrMore("What the record's key is made of: columns, or a template such as `badge:{id}`.");
const issues = listOf({ enum: Object.keys(issueCodes) }, "Codes of the issues that must be found.");

const parameters: JsonSchema = {
  type: "object",
  additionalProperties: { type: ["string", "number", "boolean"] },
  description: "Parameters of the system that differ for this example.",
};

const inboundMembers: Readonly<Record<string, JsonSchema>> = {
  ...fileMembers,
  mapping: name,
  title: text("What the mapping is called for people."),
  from: text("The extract of system.yaml it reads."),
  to: entity("The entity its rows become."),
  key,
  exclude: listOf(ref("rule"), "Rows that are left out, each by a rule with a name."),
  fields: mapOf(ref("pipeline"), "How each canonical field comes about."),
  ignore: reasons("Columns that are not mapped, each with the reason."),
  checks: listOf(ref("check"), "What must hold for a record."),
  examples: listOf(
    {
      ...object(
        {
          name: text("What the example shows."),
          given: anyMap("Columns of a row; those not given are null."),
          expect: anyMap("Canonical fields of the record, as far as they matter."),
          key: text("The key the record gets."),
          excluded: text("The rule that excludes the row."),
          issues,
          parameters,
        },
        ["name", "given"],
      ),
      anyOf: ["expect", "excluded", "issues", "key"].map((member) => ({ required: [member] })),
    },
    "Rows and what becomes of them; `cutover check` runs them.",
  ),
};

const rows = (description: string): JsonSchema => mapOf({ type: ["object", "array"] }, description);

const outboundMembers: Readonly<Record<string, JsonSchema>> = {
  ...fileMembers,
  mapping: name,
  title: text("What the mapping is called for people."),
  from: entity("The entity it writes."),
  when: text("CEL over the canonical fields: which records are this mapping's."),
  exclude: listOf(ref("rule"), "Records the target cannot hold, each by a rule with a name."),
  one: object(
    {
      by: listOf({ type: "string" }, "The target keeps one record for each value of these fields."),
      keep: listOf(
        { type: "object", minProperties: 1, maxProperties: 1 },
        "Which one stays: the first in this order, each `{field: asc}`, `{field: desc}` or `{field: [values]}`.",
      ),
      rule: { ...text("Name of the rule that excludes the others."), pattern: "^[a-z0-9][a-z0-9-]*$" },
      because: text("The reason."),
    },
    ["by", "keep", "rule", "because"],
    "Where the target keeps fewer records than the source has.",
  ),
  key,
  keepOnUpdate: listOf({ type: "string" }, "Canonical fields that a record the target has already keeps."),
  writes: {
    ...listOf(ref("write"), "The rows that are written, in order; the first is the record's own."),
    minItems: 1,
  },
  projection: mapOf(ref("pipeline"), "What is read back, where the writes do not tell."),
  noSlot: reasons("Canonical fields the target has no place for."),
  overwritten: reasons("Canonical fields the target changes by itself."),
  examples: listOf(
    {
      ...object(
        {
          name: text("What the example shows."),
          given: anyMap("Canonical fields of the record; references as the target's keys."),
          expect: rows("By table: columns of its row, or a list of its rows."),
          projected: anyMap("Canonical fields as they will be read back."),
          key: text("The key the record gets in the target."),
          excluded: text("The rule that excludes the record."),
          issues,
          parameters,
          references: mapOf(
            { type: "array", items: { type: "object" } },
            "Rows of reference tables for this example.",
          ),
          there: rows("By table: a shared row that the target has already, or a list of them."),
        },
        ["name", "given"],
      ),
      anyOf: ["expect", "projected", "excluded", "issues", "key"].map((member) => ({ required: [member] })),
    },
    "Records and the rows they become; `cutover check` runs them.",
  ),
};

const writeDefs: Readonly<Record<string, JsonSchema>> = {
  write: either({ required: ["each"] }, ref("each"), ref("row")),
  row: object(
    {
      to: text("The table, as system.yaml names it."),
      as: text("By which later lines name the row; the table's name unless said."),
      when: text("CEL: whether the row is written."),
      shared: flag("Found by `find`, made once where it is missing, never changed: many records share it."),
      find: listOf({ type: "string", minLength: 1 }, "Columns by which a row that exists is recognized."),
      set: mapOf(ref("pipeline"), "How each column comes about."),
      onlyNew: listOf({ type: "string", minLength: 1 }, "Columns written only when the row is made."),
      same: listOf(
        { type: "string", minLength: 1 },
        "Columns of a shared row that a record relies on: where the row is there with another value, the record is flagged (`no-target-value`).",
      ),
    },
    ["to", "set"],
  ),
  each: object(
    {
      each: text("A list or map of the record, or a reference table."),
      as: text("By which the inner lines name the item; `item` unless said."),
      where: mapOf(ref("pipeline"), "Which rows of the reference table: its columns must equal these."),
      when: text("CEL: whether there are rows for this item."),
      writes: { ...listOf(ref("write"), "The rows written for each item."), minItems: 1 },
    },
    ["each", "writes"],
  ),
};

const members = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: "object",
  properties,
  additionalProperties: false,
});

export function inboundSchema(steps: ReadonlyMap<string, StepInfo>): JsonSchema {
  const required = ["mapping", "from", "to", "key", "fields"];
  return { ...members(inboundMembers), required, $defs: pipelineDefs(steps, false) };
}

export function outboundSchema(steps: ReadonlyMap<string, StepInfo>): JsonSchema {
  const required = ["mapping", "from", "key", "writes"];
  return { ...members(outboundMembers), required, $defs: { ...pipelineDefs(steps, false), ...writeDefs } };
}

/** Editors complete the canonical fields of the entity that was named. */
function fieldsOf(discriminator: "from" | "to", lists: readonly string[], wanted: EntityName): JsonSchema {
  const names = Object.entries(entities[wanted].fields);
  const described = (schema: JsonSchema): JsonSchema => ({
    properties: Object.fromEntries(names.map(([field, { doc }]) => [field, { description: doc, ...schema }])),
    propertyNames: { enum: names.map(([field]) => field) },
  });
  const properties = lists.map((list) => {
    const isPipeline = list === "fields" || list === "projection";
    return [list, described(isPipeline ? ref("pipeline") : {})] as const;
  });
  const condition = { properties: { [discriminator]: { const: wanted } }, required: [discriminator] };
  return either(condition, { properties: Object.fromEntries(properties) }, {});
}

/** The schema of both kinds of mapping file, for editors. */
export function publishedMappingSchema(steps: ReadonlyMap<string, StepInfo>): JsonSchema {
  const outboundOnly = ["writes", "projection", "noSlot", "overwritten", "one", "keepOnUpdate"];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Cutover mapping",
    description:
      "One kind of source record to one entity (inbound), or one entity to target records (outbound).",
    ...either(
      { anyOf: outboundOnly.map((member) => ({ required: [member] })) },
      ref("outbound"),
      ref("inbound"),
    ),
    $defs: {
      ...pipelineDefs(steps, true),
      ...writeDefs,
      inbound: {
        ...members(inboundMembers),
        ...unlessExtends(["mapping", "from", "to", "key", "fields"]),
        allOf: entityNames.map((entity) => fieldsOf("to", ["fields"], entity)),
      },
      outbound: {
        ...members(outboundMembers),
        ...unlessExtends(["mapping", "from", "key", "writes"]),
        allOf: entityNames.map((entity) => fieldsOf("from", ["projection", "noSlot", "overwritten"], entity)),
      },
    },
  };
}
