import { stepReference, type StepReference } from "@cutover/mapping";

const shown = (value: unknown): string => (typeof value === "string" ? `"${value}"` : JSON.stringify(value));

const argument = (schema: Readonly<Record<string, unknown>>): string => {
  const doc = schema["description"];
  return typeof doc === "string" ? doc : `\`${JSON.stringify(schema)}\``;
};

function section({ name, version, doc, schema, options, takes, examples }: StepReference): string {
  const siblings = Object.entries(options).map(
    ([option, s]) => `| \`${option}\` | ${argument(s as Readonly<Record<string, unknown>>)} |`,
  );
  const rows = examples.map((e) => {
    const result = e.issue === undefined ? shown(e.gives ?? null) : `issue [${e.issue}](codes.md#${e.issue})`;
    const back = e.back === undefined ? "" : shown(e.back);
    const row = [`\`${JSON.stringify(e.step)}\``, e.direction ?? "inbound", shown(e.given), result, back];
    return `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  });
  return [
    `## ${name}`,
    doc,
    `| argument | |\n|---|---|\n| \`${name}\` | ${argument(schema as Readonly<Record<string, unknown>>)} |\n${siblings.join("\n")}`.trimEnd(),
    `Takes: ${takes.join(", ")}. Version ${version}.`,
    ...(rows.length === 0
      ? []
      : [`| step | way | given | gives | reads back as |\n|---|---|---|---|---|\n${rows.join("\n")}`]),
  ].join("\n\n");
}

/** The reference of the mapping language's steps; every example on it is run as a test. */
export function stepsPage(): string {
  return `${[
    "# Steps",
    "A field's pipeline is a list of steps, done in the order in which they are written. *Reads back as* is what the target gives back for what was written: the loss a step declares, from which the expected state of the target (the projection) is composed.",
    ...stepReference().map(section),
  ].join("\n\n")}\n`;
}
