import { parse, type ASTNode } from "@marcbachmann/cel-js";
import { suggest, type Field } from "@cutover/model";
import type { ExpressionDef } from "../definition.js";
import type { Linter } from "./linter.js";

/** A field with few values that is compared with another can never be equal: a misspelt value, as a rule. */
export function lintComparisons(
  expression: ExpressionDef | null,
  fields: Readonly<Record<string, Field>>,
  lint: Linter,
): void {
  if (expression === null) return;
  let ast: ASTNode;
  try {
    ast = parse(expression.text).ast;
  } catch {
    // The compiler tells of it.
    return;
  }
  visit(ast, (field, value) => {
    const values = fields[field]?.values;
    if (values === undefined || values.includes(value)) return;
    lint.problem(expression.at, `\`${field}\` is never \`${value}\``, suggest(value, values));
  });
}

function visit(node: ASTNode, compared: (field: string, value: string) => void): void {
  if (node.op === "==" || node.op === "!=") {
    const [left, right] = node.args;
    compare(left, right, compared);
    compare(right, left, compared);
  }
  if (node.op === "in") {
    const [left, right] = node.args;
    if (right.op === "list") for (const item of right.args) compare(left, item, compared);
  }
  for (const inner of nodesIn(node.args)) visit(inner, compared);
}

function compare(name: ASTNode, value: ASTNode, compared: (field: string, value: string) => void): void {
  if (name.op === "id" && value.op === "value" && typeof value.args === "string")
    compared(name.args, value.args);
}

function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === "object" && args !== null && "op" in args ? [args as ASTNode] : [];
}
