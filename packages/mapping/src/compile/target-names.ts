import { entities, type EntityName, type TableSpec } from "@cutover/model";
import type { System } from "../contract.js";
import type { EachDef, ReferenceDef, WriteDef } from "../definition.js";
import { celValue } from "../expression.js";
import type { Getter, Scope } from "../scope.js";
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
export const rowIsNew = "new";

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
    variable: (root, dotted) => {
      const alias = aliases.get(root);
      if (alias !== undefined && (dotted || !Object.hasOwn(fields, root)))
        return aliasVariable(alias, entity);
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
  const { index } = alias;
  if (alias.kind !== "item") {
    const get: Getter = ({ bound }) => {
      const row = bound[index];
      return row === null || row === undefined ? null : (row[member] ?? null);
    };
    return { get, kind: "any" };
  }
  return {
    get: itemReader(index, member),
    kind: member === "value" ? "any" : member === "index" ? "integer" : "text",
    itemOf: member === "value" ? alias.field : undefined,
  };
}

function itemReader(index: number, member: string): Getter {
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

/** An alias as a map of CEL's values; null where nothing has been written under it yet. */
function aliasVariable(alias: Alias, entity: EntityName): (scope: Scope) => unknown {
  const { index } = alias;
  if (alias.kind === "item") {
    const members = membersOf(alias, entity).map((member) => [member, itemReader(index, member)] as const);
    return (scope) => {
      const item = scope.items[index];
      if (item === null || item === undefined) return null;
      return new Map(members.map(([member, read]) => [member, celValue(read(scope) as Value, "any")]));
    };
  }
  const columns = alias.kind === "row" ? alias.table.columns : alias.reference.columns;
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return ({ bound }) => {
    const row = bound[index];
    if (row === null || row === undefined) return null;
    const members = new Map<string, unknown>();
    for (const name of types.keys()) members.set(name, celValue(row[name] ?? null, types.get(name) ?? "any"));
    if (alias.kind === "row" && alias.table.id !== undefined)
      members.set(alias.table.id, celValue(row[alias.table.id] ?? null, "integer"));
    if (alias.kind === "row") members.set(rowIsNew, row[rowIsNew] === true);
    return members;
  };
}
