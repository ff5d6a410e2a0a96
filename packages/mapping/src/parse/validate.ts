import { type Problem, suggest } from "@cutover/model";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { JsonSchema } from "../schema/common.js";
import { locate, plain, type Node } from "../source/node.js";

const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  verbose: true,
  ownProperties: true,
  // Every command compiles our own schemas, and validates a few dozen small files with them.
  validateSchema: false,
  code: { optimize: false },
});
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

function validator(schema: JsonSchema): ValidateFunction {
  let found = compiled.get(schema);
  if (found === undefined) {
    found = ajv.compile(schema);
    compiled.set(schema, found);
  }
  return found;
}

/** What of a node is not as the schema says, each with its place; `what` begins messages about the whole. */
export function validate(schema: JsonSchema, node: Node, what: string): readonly Problem[] {
  const check = validator(schema);
  if (check(plain(node))) return [];
  const errors = check.errors ?? [];
  // Where a branch fails, its parts tell more than the branch; the parts of an `anyOf` only confuse.
  const choices = errors.filter((error) => error.keyword === "anyOf" || error.keyword === "oneOf");
  return errors
    .filter((error) => error.keyword !== "if" && error.keyword !== "propertyNames")
    .filter(
      (error) =>
        !choices.some((choice) => choice !== error && error.schemaPath.startsWith(`${choice.schemaPath}/`)),
    )
    .map((error) => explain(error, node, what));
}

const quoted = (names: readonly unknown[]): string => names.map((name) => `\`${String(name)}\``).join(", ");

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  object: "a map",
  array: "a list",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

const kindOf = (node: Node): string =>
  node.kind !== "scalar"
    ? node.kind === "map"
      ? "a map"
      : "a list"
    : node.value === null
      ? "nothing"
      : typeof node.value === "string"
        ? "text"
        : typeof node.value === "number"
          ? "a number"
          : "true or false";

/** `status`, or `entry 2 of \`exclude\``. */
function nameOf(path: string, what: string): string {
  const parts = path.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = parts.at(-1) ?? "";
  if (path === "") return what;
  if (!/^\d+$/.test(last)) return `\`${last}\``;
  const owner = parts.length < 3 ? what : `\`${parts.at(-2) ?? ""}\``;
  return `entry ${Number(last) + 1} of ${owner}`;
}

function explain(error: ErrorObject, root: Node, what: string): Problem {
  const found = locate(root, error.instancePath);
  const at = found.node.at;
  const name = nameOf(error.instancePath, what);
  const parameters = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(parameters["additionalProperty"]);
      const known = Object.keys((error.parentSchema as JsonSchema | undefined)?.["properties"] ?? {});
      const isPipeline = known.includes("from") && known.includes("steps");
      return {
        message: isPipeline ? `there is no step \`${key}\`` : `${name} has no \`${key}\``,
        at: found.node.kind === "map" ? found.node.entries.get(key)?.at : at,
        remedy: suggest(key, known),
      };
    }
    case "required":
      return { message: `${name} lacks \`${String(parameters["missingProperty"])}\``, at: found.key };
    case "type": {
      const wanted = [parameters["type"]].flat().map((type) => kinds[String(type)] ?? String(type));
      return { message: `${name} must be ${wanted.join(" or ")}, not ${kindOf(found.node)}`, at };
    }
    case "enum": {
      const values = parameters["allowedValues"] as readonly unknown[];
      const key = error.propertyName;
      const text = key ?? (found.node.kind === "scalar" ? found.node.source : "");
      return {
        message: key === undefined ? `${name} cannot be \`${text}\`` : `${name} has no \`${key}\``,
        at: key !== undefined && found.node.kind === "map" ? found.node.entries.get(key)?.at : at,
        remedy: suggest(text, values.map(String)) ?? `Known: ${quoted(values)}.`,
      };
    }
    case "minLength":
      return { message: `${name} is empty`, at };
    case "minItems":
    case "minProperties":
      return { message: `${name} needs at least one entry`, at };
    case "pattern":
      return { message: `${name} is not of the form ${String(parameters["pattern"])}`, at };
    case "anyOf":
    case "oneOf": {
      const branches = error.schema as readonly JsonSchema[];
      const alternatives = branches.flatMap(
        (branch) => (branch["required"] as readonly string[] | undefined) ?? [],
      );
      return alternatives.length === branches.length
        ? { message: `${name} lacks one of ${quoted(alternatives)}`, at: found.key }
        : { message: `${name} is none of the forms it can have`, at };
    }
    default:
      return { message: `${name} ${error.message ?? "is not valid"}`, at };
  }
}
