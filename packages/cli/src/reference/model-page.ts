import { entities, type Field } from "@cutover/model";

function kind(field: Field): string {
  if (field.kind === "one of") return field.values!.map((v) => `\`${v}\``).join(", ");
  if (field.kind === "ref") return `${field.entity}`;
  if (field.kind === "refs") return `list of ${field.entity}`;
  return field.maxLength === undefined
    ? field.kind
    : `${field.kind}, at most ${field.maxLength.toLocaleString("en-US")} characters`;
}

const marks = (field: Field): string =>
  [field.required ? "required" : "", field.personal ? "personal" : "", field.secret ? "secret" : ""]
    .filter(Boolean)
    .join(", ");

/** The reference of the canonical model. */
export function modelPage(): string {
  const sections = Object.values(entities).map(({ name, doc, fields }) => {
    const rows = Object.entries(fields).map(
      ([field, f]) => `| \`${field}\` | ${kind(f)} | ${f.doc} | ${marks(f)} |`,
    );
    return `## ${name}\n\n${doc}\n\n| field | kind | meaning | |\n|---|---|---|---|\n${rows.join("\n")}`;
  });
  return `${[
    "# The canonical model",
    "What every system's records are mapped to. Absent is null. A *date* is a calendar day; an *instant* is UTC; a *moment* is an instant, or a day where the source knows no more. A *decimal* is exact, in its shortest form. JSON Schemas are in [`schema/`](../schema/).",
    ...sections,
  ].join("\n\n")}\n`;
}
