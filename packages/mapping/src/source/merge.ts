import { textOf, member, type Entry, type MapNode, type Node } from "./node.js";

/** Lists whose items have a name: an override changes the item of that name, or adds one. */
const names: ReadonlyMap<string, readonly string[]> = new Map([
  ["exclude", ["rule"]],
  ["checks", ["name"]],
  ["examples", ["name"]],
  ["before", ["name"]],
  ["after", ["name"]],
  ["writes", ["each", "as", "to"]],
]);

/** Members that hold pipelines by name. */
const pipelines = new Set(["fields", "set", "projection"]);
/** A pipeline that says one of these says all: it replaces the one below it. */
const origins = ["from", "value", "cases", "steps"];

/**
 * Lays an override over what it extends. Maps are merged member by member, and null takes a member away.
 * A field that says where it comes from replaces the field below it; one that does not adds to it (more
 * entries of its value map, another `otherwise`). Lists of named things are merged by name; any other
 * list, and any other value, replaces.
 */
export const merge = (below: Node, above: Node): Node => mergeAny(below, above, null);

function mergeAny(below: Node, above: Node, name: string | null): Node {
  if (below.kind === "map" && above.kind === "map") {
    return mergeMaps(below, above, (key, low, high) =>
      pipelines.has(key) && low.kind === "map" && high.kind === "map"
        ? mergeMaps(low, high, (_, from, to) => mergePipeline(from, to))
        : mergeAny(low, high, key),
    );
  }
  const keys = name === null ? undefined : names.get(name);
  if (below.kind === "list" && above.kind === "list" && keys !== undefined) {
    const merged = [...below.items];
    for (const item of above.items) {
      const wanted = identity(item, keys);
      const place = wanted === null ? -1 : merged.findIndex((other) => identity(other, keys) === wanted);
      if (place === -1) merged.push(item);
      else merged[place] = mergeAny(merged[place]!, item, null);
    }
    return { ...above, items: merged };
  }
  return above;
}

function identity(item: Node, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = textOf(member(item, key));
    if (text !== null) return text;
  }
  return null;
}

const isNull = (node: Node): boolean => node.kind === "scalar" && node.value === null;

function mergeMaps(
  below: MapNode,
  above: MapNode,
  inner: (key: string, below: Node, above: Node) => Node,
): MapNode {
  const entries = new Map<string, Entry>(below.entries);
  for (const [key, entry] of above.entries) {
    const low = below.entries.get(key);
    if (isNull(entry.value)) entries.delete(key);
    else
      entries.set(
        key,
        low === undefined ? entry : { at: entry.at, value: inner(key, low.value, entry.value) },
      );
  }
  return { ...below, at: above.at, entries };
}

/** Inside a pipeline null is a value like any other. */
function mergePipeline(below: Node, above: Node): Node {
  if (below.kind !== "map" || above.kind !== "map") return above;
  if (origins.some((key) => above.entries.has(key))) return above;
  return deep(below, above);
}

function deep(below: Node, above: Node): Node {
  if (below.kind !== "map" || above.kind !== "map") return above;
  const entries = new Map<string, Entry>(below.entries);
  for (const [key, entry] of above.entries) {
    const low = below.entries.get(key);
    entries.set(key, low === undefined ? entry : { at: entry.at, value: deep(low.value, entry.value) });
  }
  return { ...below, at: above.at, entries };
}
