export type Schema = Readonly<Record<string, unknown>>;

export const asSchema = (value: unknown): Schema =>
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

/** A section with a table of the members of a schema. */
export const schemaSection = (
  title: string,
  lead: string,
  schema: Schema,
  skip: ReadonlySet<string> = new Set(),
): string =>
  [`## ${title}`, lead, `| key | kind | meaning |\n|---|---|---|\n${rows(schema, "", skip).join("\n")}`].join(
    "\n\n",
  );
