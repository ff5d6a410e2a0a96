import { parse, type ASTNode } from "@marcbachmann/cel-js";

/**
 * A CEL condition as a clause of plain English. What has no words here stays as it is written, so that
 * nothing is ever told wrongly.
 */
export function conditionInWords(text: string): string {
  let ast: ASTNode;
  try {
    ast = parse(text).ast;
  } catch {
    return code(text);
  }
  return clause(ast, false);
}

const code = (text: string): string => `\`${text}\``;
/** As it is written; `param.x` is called by what it is. */
function raw(node: ASTNode): string {
  const text = node.input.slice(node.start, node.end).trim();
  const [, row, name] = /^(\w+)\.(\w+)$/.exec(text) ?? [];
  if (name === undefined) return code(text);
  return row === "param" ? `the parameter ${code(name)}` : `the ${code(name)} of ${code(row!)}`;
}

const comparisons: Readonly<Record<string, string>> = {
  "<": "is less than",
  "<=": "is at most",
  ">": "is greater than",
  ">=": "is at least",
};
const negated: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };
const texts: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  startsWith: ["begins with", "does not begin with"],
  endsWith: ["ends with", "does not end with"],
  contains: ["contains", "does not contain"],
  matches: ["is of the form", "is not of the form"],
};

/** The clause, or its opposite. */
function clause(node: ASTNode, not: boolean): string {
  switch (node.op) {
    case "!_":
      return clause(node.args, !not);
    case "&&":
    case "||":
      return joined(node, not);
    case "==":
    case "!=":
      return equality(node.args, (node.op === "!=") !== not);
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const op = not ? negated[node.op]! : node.op;
      return `${value(node.args[0])} ${comparisons[op]} ${value(node.args[1])}`;
    }
    case "in":
      return membership(node.args, not);
    case "call":
    case "rcall":
      return call(node, not);
    case "value":
      if (typeof node.args === "boolean") return node.args === not ? "never" : "always";
      return raw(node);
    case "[]":
      return vocabulary(node.args, not) ?? `${value(node)} is ${not ? "false" : "true"}`;
    case "id":
    case ".":
      return `${value(node)} is ${not ? "false" : "true"}`;
    default:
      return not ? `not ${raw(node)}` : raw(node);
  }
}

/** `a != 1 || b` says what must hold where a is 1: so it is read. */
function joined(node: ASTNode & { op: "&&" | "||" }, not: boolean): string {
  const all = flatten(node, node.op);
  if (node.op === "||" && !not) {
    const conditions = all.filter(denies);
    const claims = all.filter((part) => !denies(part));
    if (conditions.length > 0 && claims.length > 0) {
      const where = conditions.map((part) => clause(part, true)).join(" and ");
      return `where ${where}, ${claims.map((part) => wrapped(part, false)).join(" or ")}`;
    }
  }
  const and = (node.op === "&&") !== not;
  return all.map((part) => wrapped(part, not)).join(and ? " and " : " or ");
}

const denies = (node: ASTNode): boolean =>
  node.op === "!_" ||
  (node.op === "!=" && !isNull(node.args[0]) && !isNull(node.args[1])) ||
  (node.op === "==" && isNull(node.args[1]));

const isNull = (node: ASTNode): boolean => node.op === "value" && node.args === null;

const flatten = (node: ASTNode, op: "&&" | "||"): readonly ASTNode[] =>
  node.op === op ? [...flatten(node.args[0], op), ...flatten(node.args[1], op)] : [node];

/** A part of another kind is set off, so that "and" and "or" are not confused. */
const wrapped = (node: ASTNode, not: boolean): string => {
  const text = clause(node, not);
  return node.op === "&&" || node.op === "||" ? `(${text})` : text;
};

/** `{"Yes": true, "No": false}[x]` asks whether x is “Yes”, and knows no other words than these. */
function vocabulary([words, index]: readonly [ASTNode, ASTNode], not: boolean): string | null {
  if (words.op !== "map") return null;
  const entries = words.args as readonly (readonly [ASTNode, ASTNode])[];
  if (!entries.every(([, { op, args }]) => op === "value" && typeof args === "boolean")) return null;
  const meant = entries.filter(([, { args }]) => args === !not).map(([word]) => value(word));
  return meant.length === 0 ? null : `${value(index)} is ${listed(meant, "or")}`;
}

function equality([left, right]: readonly [ASTNode, ASTNode], not: boolean): string {
  if (isNull(right)) return `${value(left)} is ${not ? "given" : "absent"}`;
  if (isNull(left)) return equality([right, left], not);
  if (right.op === "value" && right.args === "") return `${value(left)} is ${not ? "not empty" : "empty"}`;
  return `${value(left)} is ${not ? "not " : ""}${value(right)}`;
}

function membership([left, right]: readonly [ASTNode, ASTNode], not: boolean): string {
  if (right.op !== "list") return `${value(right)} ${not ? "does not hold" : "holds"} ${value(left)}`;
  const choices = listed(right.args.map(value), "or");
  return `${value(left)} is ${not ? (right.args.length > 2 ? "none of" : "neither") : right.args.length > 2 ? "one of" : ""} ${
    not ? listed(right.args.map(value), right.args.length > 2 ? "and" : "nor") : choices
  }`.replace("  ", " ");
}

function call(node: ASTNode & { op: "call" | "rcall" }, not: boolean): string {
  const [name, ...rest] = node.args;
  const operands = (
    node.op === "call" ? rest[0] : [rest[0], ...((rest[1] ?? []) as ASTNode[])]
  ) as readonly ASTNode[];
  const [subject, object] = operands;
  const verbs = texts[name];
  if (verbs !== undefined && subject !== undefined && object !== undefined && operands.length === 2) {
    return `${value(subject)} ${verbs[not ? 1 : 0]} ${value(object)}`;
  }
  if (name === "has" && subject !== undefined) return `${value(subject)} is ${not ? "absent" : "given"}`;
  return not ? `not ${raw(node)}` : raw(node);
}

function value(node: ASTNode): string {
  switch (node.op) {
    case "value":
      if (typeof node.args === "string") return `“${node.args}”`;
      return node.args === null ? "absent" : node.input.slice(node.start, node.end);
    case "call":
      if (node.args[0] === "size" && node.args[1].length === 1)
        return `the length of ${value(node.args[1][0]!)}`;
      return raw(node);
    case "rcall":
      return node.args[0] === "lowerAscii" ? `${value(node.args[1])} in small letters` : raw(node);
    case "list":
      return listed(node.args.map(value), "and");
    default:
      return raw(node);
  }
}

/** `a`, `b` or `c` */
export function listed(words: readonly string[], conjunction: "and" | "or" | "nor"): string {
  if (words.length < 2) return words[0] ?? "nothing";
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)!}`;
}
