import {
  type Column,
  type EntityName,
  entityNames,
  type Position,
  type SourceValue,
  suggest,
} from "@cutover/model";
import type { CheckDef, InboundDef, InboundExampleDef, KeyDef, RuleDef, SystemDef } from "../definition.js";
import type { JsonSchema } from "../schema/common.js";
import type { SourceFile } from "../source/files.js";
import { entries, items, member, plain, positions, textOf, type Node } from "../source/node.js";
import type { ParseContext } from "./context.js";
import { parseExpression, parseFields, parseName } from "./pipeline.js";
import { parseReasons } from "./system.js";
import { validate } from "./validate.js";

export const isEntity = (name: string | null): name is EntityName =>
  name !== null && (entityNames as readonly string[]).includes(name);

/** Null where so much is missing that nothing else can be said about the file. */
export function parseInbound(
  { file, root }: SourceFile,
  schema: JsonSchema,
  system: Pick<SystemDef, "extracts">,
  context: ParseContext,
): InboundDef | null {
  context.problems.push(...validate(schema, root, "the mapping"));
  const from = member(root, "from");
  const extract = system.extracts.get(textOf(from) ?? "");
  if (from !== undefined && textOf(from) !== null && extract === undefined) {
    const name = context.text(from);
    context.problem(from.at, `there is no extract \`${name}\``, suggest(name, system.extracts.keys()));
  }
  const entity = textOf(member(root, "to"));
  if (extract === undefined || !isEntity(entity)) return null;
  const key = parseKey(member(root, "key"), root.at);
  return {
    name: context.text(member(root, "mapping")),
    file,
    at: root.at,
    extract,
    entity,
    key,
    exclude: parseRules(member(root, "exclude"), context),
    fields: parseFields(member(root, "fields"), context),
    ignore: parseReasons(member(root, "ignore")),
    checks: parseChecks(member(root, "checks"), context),
    examples: parseExamples(member(root, "examples"), extract.spec.columns, context),
  };
}

/** One name alone is a name; a text with braces is a template. */
export function parseKey(node: Node | undefined, whole: Position): KeyDef {
  const text = textOf(node);
  if (node !== undefined && text !== null) {
    return text.includes("{")
      ? { kind: "template", template: text, at: node.at }
      : { kind: "names", names: [parseName(node)], at: node.at };
  }
  return { kind: "names", names: items(node).map(parseName), at: node?.at ?? whole };
}

export function parseRules(node: Node | undefined, context: ParseContext): readonly RuleDef[] {
  const names = new Set<string>();
  return items(node).flatMap((item) => {
    const rule = context.text(member(item, "rule"));
    const when = parseExpression(member(item, "when"));
    if (names.has(rule)) context.problem(item.at, `the rule \`${rule}\` is there twice`);
    names.add(rule);
    return when === null ? [] : [{ rule, when, because: context.text(member(item, "because")), at: item.at }];
  });
}

function parseChecks(node: Node | undefined, context: ParseContext): readonly CheckDef[] {
  const names = new Set<string>();
  return items(node).flatMap((item) => {
    const name = textOf(member(item, "name"));
    const that = parseExpression(member(item, "that"));
    if (name !== null && names.has(name)) context.problem(item.at, `the check \`${name}\` is there twice`);
    if (name !== null) names.add(name);
    if (that === null) return [];
    const otherwise = textOf(member(item, "else")) === "warning" ? "warning" : "flag";
    return [{ name, that, because: context.text(member(item, "because")), otherwise, at: item.at } as const];
  });
}

type Plain = Readonly<Record<string, unknown>>;

export const plainMap = (node: Node | undefined): Plain | null =>
  node?.kind === "map" ? (plain(node) as Plain) : null;

/** What examples of both kinds share. */
export function parseExampleBase(item: Node, names: Set<string>, context: ParseContext) {
  const name = context.text(member(item, "name"));
  if (names.has(name)) context.problem(item.at, `the example \`${name}\` is there twice`);
  names.add(name);
  const issues = member(item, "issues");
  return {
    name,
    given: plainMap(member(item, "given")) ?? {},
    key: textOf(member(item, "key")),
    excluded: textOf(member(item, "excluded")),
    issues: issues === undefined ? null : items(issues).map((issue) => context.text(issue)),
    parameters: parseGivenParameters(member(item, "parameters"), context),
    at: item.at,
    positions: positions(item),
  };
}

function parseGivenParameters(
  node: Node | undefined,
  context: ParseContext,
): InboundExampleDef["parameters"] {
  const given: Record<string, string | number | boolean> = {};
  for (const [name, { at, value }] of entries(node)) {
    if (!context.parameters.has(name)) {
      context.problem(at, `there is no parameter \`${name}\``, suggest(name, context.parameters.keys()));
    } else if (value.kind === "scalar" && value.value !== null) given[name] = value.value;
  }
  return given;
}

function parseExamples(
  node: Node | undefined,
  columns: readonly Column[],
  context: ParseContext,
): readonly InboundExampleDef[] {
  const names = new Set<string>();
  return items(node).map((item) => ({
    ...parseExampleBase(item, names, context),
    given: parseGiven(member(item, "given"), columns, context),
    expect: plainMap(member(item, "expect")),
  }));
}

/** A row as the source would hand it over: each value in the form of its column. */
function parseGiven(
  node: Node | undefined,
  columns: readonly Column[],
  context: ParseContext,
): Readonly<Record<string, SourceValue>> {
  const given = Object.create(null) as Record<string, SourceValue>;
  for (const [name, { at, value }] of entries(node)) {
    const column = columns.find((column) => column.name === name);
    if (column === undefined) {
      const known = columns.map((column) => column.name);
      context.problem(at, `the extract has no column \`${name}\``, suggest(name, known));
      continue;
    }
    const source = sourceValue(column, value);
    if (source === undefined) context.problem(value.at, `column \`${name}\` holds ${column.type}`);
    else given[name] = source;
  }
  return given;
}

/** Undefined where the column cannot hold the value. A number keeps the text it was written with: `1.50`. */
function sourceValue(column: Column, node: Node): SourceValue | undefined {
  if (column.type === "json" && node.kind !== "scalar") return JSON.stringify(plain(node));
  if (node.kind !== "scalar") return undefined;
  const { value, source } = node;
  if (value === null) return null;
  switch (column.type) {
    case "integer":
      if (typeof value === "number") return Number.isInteger(value) ? value : undefined;
      if (typeof value !== "string" || !/^-?\d+$/.test(value)) return undefined;
      return Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value);
    case "float":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "decimal":
      return Number.isFinite(Number(source)) && source.trim() !== "" ? source : undefined;
    case "bytes":
      return new TextEncoder().encode(source);
    default:
      return source;
  }
}
