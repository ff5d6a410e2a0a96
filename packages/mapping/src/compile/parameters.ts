import type { System } from "../contract.js";
import { celValue } from "../expression.js";
import type { Named } from "./names.js";

type Parameters = System["parameters"];

const prefix = "param.";

/** `param.x` as a name. */
export function resolveParameter(parameters: Parameters, name: string): Named | null {
  const key = name.slice(prefix.length);
  if (!name.startsWith(prefix) || !Object.hasOwn(parameters, key)) return null;
  const value = parameters[key]!;
  return { get: () => (value === "" ? null : value), kind: "any" };
}

export const parameterNames = (parameters: Parameters): readonly string[] =>
  Object.keys(parameters).map((name) => prefix + name);

/** All parameters as one variable of expressions. */
export const parameterMap = (parameters: Parameters): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(parameters).map(([name, value]) => [name, celValue(value, "any")]));
