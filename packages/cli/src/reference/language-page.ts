import { jsonSchemas } from "@cutover/mapping";
import { asSchema, schemaSection, type Schema } from "./schema-section.js";

/** The reference of the mapping language's files, from the schemas that editors use. */
export function languagePage(): string {
  const { system, mapping } = jsonSchemas() as Readonly<Record<string, Schema>>;
  const defs = asSchema(mapping!["$defs"]) as Readonly<Record<string, Schema>>;
  const steps = new Set(Object.keys(asSchema(defs["pipelineObject"]?.["properties"])));
  for (const own of ["from", "value", "cases", "merge", "when", "steps", "later", "because"])
    steps.delete(own);
  return `${[
    "# The mapping language",
    "A system is a folder below `mappings/`: `system.yaml` says what is read and written, `inbound/*.yaml` maps its records to the [canonical model](model.md), `outbound/*.yaml` maps the model to its tables. It is data, not code: values come from [steps](steps.md) alone, and what is true or false (`when`, `that`) is said in [CEL](https://cel.dev), whose `matches` runs in linear time here. Absent is null. A migration's own `mappings/<system>/` is laid over the shipped folder: a file of the same name that says `extends` changes what it names and keeps the rest.",
    "Keys marked * are required. The first line of each file names its JSON Schema, so that editors complete and check while one types.",
    schemaSection("system.yaml", "What is read, what is written, what has to hold around a load.", system!),
    schemaSection(
      "inbound/*.yaml",
      "One kind of source record to one entity. Every column of the extract is mapped, used or ignored with a reason.",
      defs["inbound"]!,
    ),
    schemaSection(
      "outbound/*.yaml",
      "One entity to rows of the target. Every canonical field is written, projected, or has a reason in `noSlot` or `overwritten`.",
      defs["outbound"]!,
    ),
    schemaSection("A row that is written", "One of `writes`.", defs["row"] ?? defs["write"]!),
    schemaSection(
      "A repeated write",
      "Over the items of a list or map of the record, or over rows of a reference table of the target.",
      defs["each"]!,
    ),
    schemaSection(
      "A pipeline",
      "How one value comes about. `field: column` is short for `field: { from: column }`. Beside these keys stand [steps](steps.md), done in the order in which they are written.",
      defs["pipelineObject"]!,
      steps,
    ),
    schemaSection(
      "A rule that excludes",
      "Nothing is left out but by a rule that names itself.",
      defs["rule"]!,
    ),
    schemaSection("A check", "What must hold of the canonical record.", defs["check"]!),
  ].join("\n\n")}\n`;
}
