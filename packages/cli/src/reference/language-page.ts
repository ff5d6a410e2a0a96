import { jsonSchemas } from "@cutover/mapping";

type Schema = Readonly<Record<string, unknown>>;

const asSchema = (value: unknown): Schema =>
  typeof value === "object" && value !== null ? (value as Schema) : {};

/** What a member can be, in a few words. */
function kindOf(schema: Schema): string {
  if (Array.isArray(schema["enum"])) return schema["enum"].map((v) => `\`${String(v)}\``).join(", ");
  if ("const" in schema) return `\`${String(schema["const"])}\``;
  const ref = schema["$ref"];
  if (typeof ref === "string") return ref.split("/").at(-1)!.replace("pipelineObject", "pipeline");
  const kind = schema["type"];
  if (kind === "array") return `list of ${kindOf(asSchema(schema["items"]))}`;
  if (kind === "object") return schema["additionalProperties"] === false ? "map" : "map by name";
  if (Array.isArray(kind)) return kind.map(String).join(" or ");
  if (kind === "string") return "text";
  return typeof kind === "string" ? kind : "";
}

/** The schema of the members of a map by name, or of the items of a list, where these have members. */
function within(schema: Schema): Schema {
  const below = asSchema(schema["type"] === "array" ? schema["items"] : schema["additionalProperties"]);
  return below["properties"] === undefined ? schema : below;
}

function rows(schema: Schema, prefix: string, skip: ReadonlySet<string>): readonly string[] {
  const required = new Set((schema["required"] as readonly string[] | undefined) ?? []);
  return Object.entries(asSchema(schema["properties"])).flatMap(([name, raw]) => {
    if (skip.has(name)) return [];
    const member = asSchema(raw);
    const doc = typeof member["description"] === "string" ? member["description"] : "";
    const row =
      `| \`${prefix}${name}\`${required.has(name) ? " *" : ""} | ${kindOf(member)} | ${doc} |`.replaceAll(
        "\n",
        " ",
      );
    const inner = within(member);
    const deeper =
      inner["properties"] === undefined
        ? []
        : rows(inner, `${prefix}${name}.${inner === member ? "" : "…."}`, skip);
    return [row, ...deeper];
  });
}

const section = (
  title: string,
  lead: string,
  schema: Schema,
  skip: ReadonlySet<string> = new Set(),
): string =>
  [`## ${title}`, lead, `| key | kind | meaning |\n|---|---|---|\n${rows(schema, "", skip).join("\n")}`].join(
    "\n\n",
  );

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
    section("system.yaml", "What is read, what is written, what has to hold around a load.", system!),
    section(
      "inbound/*.yaml",
      "One kind of source record to one entity. Every column of the extract is mapped, used or ignored with a reason.",
      defs["inbound"]!,
    ),
    section(
      "outbound/*.yaml",
      "One entity to rows of the target. Every canonical field is written, projected, or has a reason in `noSlot` or `overwritten`.",
      defs["outbound"]!,
    ),
    section("A row that is written", "One of `writes`.", defs["row"] ?? defs["write"]!),
    section(
      "A repeated write",
      "Over the items of a list or map of the record, or over rows of a reference table of the target.",
      defs["each"]!,
    ),
    section(
      "A pipeline",
      "How one value comes about. `field: column` is short for `field: { from: column }`. Beside these keys stand [steps](steps.md), done in the order in which they are written.",
      defs["pipelineObject"]!,
      steps,
    ),
    section("A rule that excludes", "Nothing is left out but by a rule that names itself.", defs["rule"]!),
    section("A check", "What must hold of the canonical record.", defs["check"]!),
  ].join("\n\n")}\n`;
}
