import { entities, type EntityName, type TableSpec } from "@cutover/model";
import type { System } from "../contract.js";
import type { EachDef, ReferenceDef, WriteDef } from "../definition.js";
import { celValue } from "../expression.js";
import type { Scope } from "../scope.js";
import type { Value } from "../value.js";
import type { Named, Names } from "./names.js";
import { parameterMap, parameterNames, resolveParameter } from "./parameters.js";

/** A row or an item that can be named where it is visible. */
export type Alias =
  | { readonly kind: "row"; readonly name: string; readonly index: number; readonly table: TableSpec }
  | {
      readonly kind: "reference";
      readonly name: string;
      readonly index: number;
      readonly reference: ReferenceDef;
    }
  | { readonly kind: "item"; readonly name: string; readonly index: number; readonly field: string };

export const rowAlias = ({ as, table }: WriteDef, index: number): Alias => ({
  kind: "row",
  name: as,
  index,
  table: table.spec,
});

export const eachAlias = ({ as, over }: EachDef, index: number): Alias =>
  over.kind === "field"
    ? { kind: "item", name: as, index, field: over.field }
    : { kind: "reference", name: as, index, reference: over.reference };

/** Whether the row a name stands for is made now, or was found in the target. */
const rowIsNew = "new";

const creditMembers = ["amount", "unit", "provider"] as const;

/** Names outbound: canonical fields (references as target keys), rows and items by alias, `self.id`, parameters. */
export function targetNames(
  entity: EntityName,
  parameters: System["parameters"],
  visible: readonly Alias[],
): Names {
  const { fields } = entities[entity];
  const aliases = new Map(visible.map((alias) => [alias.name, alias]));
  const parametersMap = parameterMap(parameters);
  return {
    resolve: (name) =>
      Object.hasOwn(fields, name)
        ? fieldNamed(entity, name)
        : (resolveDotted(name, aliases, entity) ?? resolveParameter(parameters, name)),
    known: () => [
      ...Object.keys(fields),
      ...visible.flatMap((alias) => membersOf(alias, entity).map((member) => `${alias.name}.${member}`)),
      "self.id",
      ...parameterNames(parameters),
    ],
    roots: () => [...new Set([...Object.keys(fields), ...aliases.keys(), "param"])],
    remember: true,
    variable: (root, members) => {
      const alias = aliases.get(root);
      if (alias !== undefined && (members.length > 0 || !Object.hasOwn(fields, root)))
        return aliasVariable(alias, entity, members);
      if (Object.hasOwn(fields, root)) {
        const { kind } = fields[root]!;
        const read = fieldReader(entity, root);
        return (scope) => celValue(read(scope), kind);
      }
      return () => parametersMap;
    },
    hasMember: (root, member) => {
      const alias = aliases.get(root);
      if (alias !== undefined) return membersOf(alias, entity).includes(member);
      return root === "param" ? Object.hasOwn(parameters, member) : null;
    },
  };
}

export const fieldNamed = (entity: EntityName, name: string): Named => {
  const declared = entities[entity].fields[name]!;
  return { get: valueReader(entity, name), kind: declared.kind, field: name, declared };
};

/** A field's value on its way out: references are the target's keys. */
function valueReader(entity: EntityName, name: string): (scope: Scope) => Value {
  const { kind } = entities[entity].fields[name]!;
  return kind === "ref" || kind === "refs"
    ? ({ out }) => out.targetKeys[name] ?? null
    : ({ out }) => out.record[name] ?? null;
}

/**
 * A field's value in conditions. Before the other record is loaded a reference has no target key; it is
 * there all the same, so its source's key stands in.
 */
function fieldReader(entity: EntityName, name: string): (scope: Scope) => Value {
  const read = valueReader(entity, name);
  return (scope) => read(scope) ?? scope.out.record[name] ?? null;
}

function membersOf(alias: Alias, entity: EntityName): readonly string[] {
  switch (alias.kind) {
    case "row":
      return [
        ...new Set([
          ...alias.table.columns.map(({ name }) => name),
          ...(alias.table.id === undefined ? [] : [alias.table.id]),
          rowIsNew,
        ]),
      ];
    case "reference":
      return alias.reference.columns.map(({ name }) => name);
    case "item":
      return [
        "value",
        "key",
        "index",
        ...(entities[entity].fields[alias.field]?.kind === "credits" ? creditMembers : []),
      ];
  }
}

function resolveDotted(name: string, aliases: ReadonlyMap<string, Alias>, entity: EntityName): Named | null {
  if (name === "self.id") return { get: ({ selfId }) => selfId, kind: "any" };
  const dot = name.indexOf(".");
  const alias = aliases.get(name.slice(0, dot));
  const member = name.slice(dot + 1);
  if (dot < 0 || alias === undefined || !membersOf(alias, entity).includes(member)) return null;
  return {
    get: memberReader(alias, member),
    kind: alias.kind !== "item" || member === "value" ? "any" : member === "index" ? "integer" : "text",
    itemOf: alias.kind === "item" && member === "value" ? alias.field : undefined,
  };
}

function memberReader(alias: Alias, member: string): (scope: Scope) => Value {
  const { index } = alias;
  if (alias.kind === "item") return itemReader(index, member);
  if (alias.kind === "row" && member === alias.table.id) return ({ bound }) => bound[index]?.id ?? null;
  if (alias.kind === "row" && member === rowIsNew) return ({ bound }) => bound[index]?.isNew ?? null;
  return ({ bound }) => bound[index]?.values[member] ?? null;
}

function itemReader(index: number, member: string): (scope: Scope) => Value {
  switch (member) {
    case "value":
      return ({ items }) => items[index]?.value ?? null;
    case "key":
      return ({ items }) => items[index]?.key ?? null;
    case "index":
      return ({ items }) => items[index]?.index ?? null;
    default:
      return ({ items }) => {
        const value = items[index]?.value as Readonly<Record<string, Value>> | null | undefined;
        return value?.[member] ?? null;
      };
  }
}

/** An alias as a map of CEL's values: the members that are asked for; null where nothing is under it yet. */
function aliasVariable(
  alias: Alias,
  entity: EntityName,
  asked: readonly string[],
): (scope: Scope) => unknown {
  const { index } = alias;
  const columns =
    alias.kind === "row" ? alias.table.columns : alias.kind === "reference" ? alias.reference.columns : [];
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const names = asked.length > 0 ? asked : membersOf(alias, entity);
  const members = names.map((name) => [name, memberReader(alias, name), types.get(name) ?? "any"] as const);
  return (scope) => {
    const there = alias.kind === "item" ? scope.items[index] : scope.bound[index];
    if (there === null || there === undefined) return null;
    const map = new Map<string, unknown>();
    for (const [name, read, type] of members) map.set(name, celValue(read(scope), type));
    return map;
  };
}
