import type { Getter } from "../scope.js";
import { failed, toText, type Value } from "../value.js";
import { bracedNames, declareStep, StepError, type StepContext } from "./step.js";

/** A piece of a template: text that stands for itself, or a name. */
export type TemplatePart = { readonly text: string } | { readonly name: string };

/** The pieces of a template: `{name}` is replaced, `{{` and `}}` stand for braces. Null where braces do not fit. */
export function templateParts(template: string): readonly TemplatePart[] | null {
  const parts: TemplatePart[] = [];
  let text = "";
  for (let i = 0; i < template.length; i += 1) {
    const character = template[i]!;
    if ((character === "{" || character === "}") && template[i + 1] === character) {
      text += character;
      i += 1;
    } else if (character === "{") {
      const end = template.indexOf("}", i);
      const name = end < 0 ? "" : template.slice(i + 1, end).trim();
      if (name === "" || name.includes("{")) return null;
      if (text !== "") parts.push({ text });
      text = "";
      parts.push({ name });
      i = end;
    } else if (character === "}") return null;
    else text += character;
  }
  if (text !== "") parts.push({ text });
  return parts;
}

export const template = declareStep({
  name: "template",
  version: 1,
  doc: "Makes a text of others: `{name}` is replaced by a column or field, `{value}` by the value so far. A name that is null is replaced by nothing; where all are null, so is the text. `{{` and `}}` stand for braces.",
  schema: { type: "string", minLength: 1 },
  takesNull: true,
  whole: true,
  gives: () => "text",
  names: ({ arg }) => bracedNames(String(arg)).map((name) => ({ name, pointer: "/template" })),
  examples: [
    {
      step: { template: "{last}, {first}" },
      given: null,
      names: { first: "Ana", last: "Ruiz" },
      gives: "Ruiz, Ana",
    },
    { step: { template: "badge:{value}" }, given: 57, gives: "badge:57", back: "57" },
    { step: { template: "{first}" }, given: null, names: { first: null }, gives: null },
    { step: { template: "{{{value}}}" }, given: "x", gives: "{x}" },
  ],
  explain: ({ arg }) => `written as \`${String(arg)}\``,
  compile: ({ arg }, context) => {
    const parts = templateParts(arg as string);
    if (parts === null)
      throw new StepError("the braces of the template do not fit", "/template", "{{ and }} stand for braces");
    return { forward: fill(parts, context), back: unfill(parts) };
  },
});

function fill(parts: readonly TemplatePart[], context: StepContext) {
  const readers = parts.map((part): Getter | string | null =>
    "text" in part ? part.text : part.name === "value" ? null : context.getter(part.name, "/template"),
  );
  const named = readers.some((reader) => typeof reader !== "string");
  return (value: Value, scope: Parameters<Getter>[0]) => {
    let text = "";
    let any = !named;
    for (const reader of readers) {
      if (typeof reader === "string") {
        text += reader;
        continue;
      }
      const part = reader === null ? value : reader(scope);
      if (part === failed) return failed;
      if (part === null) continue;
      const written = toText(part);
      if (written === null) return scope.fail("bad-value", "a template takes texts and numbers only");
      text += written;
      any = true;
    }
    return any ? text : null;
  };
}

/** Only `{value}` between texts can be read back. */
function unfill(parts: readonly TemplatePart[]) {
  const names = parts.filter((part) => "name" in part);
  if (names.length !== 1 || !("name" in names[0]!) || names[0].name !== "value") return undefined;
  const at = parts.indexOf(names[0]);
  const before = parts[at - 1];
  const after = parts[at + 1];
  const prefix = before !== undefined && "text" in before ? before.text : "";
  const suffix = after !== undefined && "text" in after ? after.text : "";
  return (value: Value): Value =>
    typeof value === "string" && value.startsWith(prefix) && value.endsWith(suffix)
      ? value.slice(prefix.length, value.length - suffix.length)
      : value;
}
