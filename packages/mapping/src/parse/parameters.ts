import { type Position, suggest } from "@cutover/model";
import type { ParameterDef } from "../definition.js";
import { linearPattern } from "../linear-pattern.js";
import { entries, items, member, textOf, type Node } from "../source/node.js";
import type { ParseContext } from "./context.js";

export type ParameterValue = string | number | boolean;

export interface GivenParameters {
  readonly parameters?: Readonly<Record<string, ParameterValue>> | undefined;
  readonly parametersAt?: Readonly<Record<string, Position>> | undefined;
}

/** The parameters in effect: declared by the system, given by migration.yaml. */
export function parseParameters(
  node: Node | undefined,
  { parameters: given = {}, parametersAt = {} }: GivenParameters,
  whole: Position,
  context: ParseContext,
): ReadonlyMap<string, ParameterDef> {
  const parameters = new Map<string, ParameterDef>();
  for (const [name, { at, value: declared }] of entries(node)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      context.problem(at, `\`${name}\` cannot be a parameter's name: letters, digits and _ only`);
      continue;
    }
    const fallback = member(declared, "default");
    const value = Object.hasOwn(given, name) ? given[name] : scalarOf(fallback);
    if (value === undefined) {
      context.problem(
        at,
        `parameter \`${name}\` has no value`,
        "Give it under `parameters` in migration.yaml.",
      );
      continue;
    }
    checkValue(name, value, declared, parametersAt[name] ?? at, context);
    parameters.set(name, { name, value, because: textOf(member(declared, "because")), at });
  }
  for (const name of Object.keys(given)) {
    if (entries(node).some(([declared]) => declared === name)) continue;
    const known = entries(node).map(([declared]) => declared);
    context.problem(
      parametersAt[name] ?? whole,
      `the system has no parameter \`${name}\``,
      suggest(name, known),
    );
  }
  return parameters;
}

const scalarOf = (node: Node | undefined): ParameterValue | undefined =>
  node?.kind === "scalar" && node.value !== null ? node.value : undefined;

function checkValue(
  name: string,
  value: ParameterValue,
  declared: Node,
  at: Position,
  context: ParseContext,
): void {
  const values = items(member(declared, "values")).map((item) => textOf(item));
  if (values.length > 0 && !values.includes(String(value))) {
    const known = values.map((text) => `\`${text}\``).join(", ");
    context.problem(at, `parameter \`${name}\` is none of its values`, `Known: ${known}.`);
  }
  const pattern = member(declared, "pattern");
  const text = textOf(pattern);
  if (text === null) return;
  try {
    if (!linearPattern(text).matches(String(value))) {
      context.problem(at, `parameter \`${name}\` is not of the form ${text}`);
    }
  } catch {
    context.problem(pattern?.at, `the pattern of \`${name}\` is no regular expression`);
  }
}
