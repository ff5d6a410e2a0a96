import type { Position } from "@cutover/model";

/**
 * A part of a YAML file with its place. Unlike plain data it can be merged with another file's and still
 * tells where each piece was written.
 */
export type Node = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: "map";
  readonly at: Position;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** Of the key. */
  readonly at: Position;
  readonly value: Node;
}

interface ListNode {
  readonly kind: "list";
  readonly at: Position;
  readonly items: readonly Node[];
}

interface ScalarNode {
  readonly kind: "scalar";
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** As it was written, without quotes: `007`. */
  readonly source: string;
}

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Plain data of a node. Objects have no prototype, so that a key such as `constructor` is only a key. */
export function plain(node: Node): Plain {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  const object = Object.create(null) as Record<string, Plain>;
  for (const [key, entry] of node.entries) object[key] = plain(entry.value);
  return object;
}

/** A member of a map, or undefined. */
export const member = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === "map" ? node.entries.get(key)?.value : undefined;

/** The entries of a map; none where it is something else. */
export const entries = (node: Node | undefined): readonly (readonly [string, Entry])[] =>
  node?.kind === "map" ? [...node.entries] : [];

/** The items of a list; none where it is something else. */
export const items = (node: Node | undefined): readonly Node[] => (node?.kind === "list" ? node.items : []);

/** Text of a scalar: as it was written where it is a number or a boolean; null for null and collections. */
export const textOf = (node: Node | undefined): string | null =>
  node?.kind !== "scalar" || node.value === null
    ? null
    : typeof node.value === "string"
      ? node.value
      : node.source;

/** Where a JSON pointer leads: the node, and the place of its key where it has one. */
export function locate(root: Node, pointer: string): { readonly node: Node; readonly key: Position } {
  let node = root;
  let key = root.at;
  for (const raw of pointer.split("/").slice(1)) {
    const part = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node.kind === "map") {
      const entry = node.entries.get(part);
      if (entry === undefined) break;
      node = entry.value;
      key = entry.at;
    } else if (node.kind === "list") {
      const item = node.items[Number(part)];
      if (item === undefined) break;
      node = item;
      key = item.at;
    }
  }
  return { node, key };
}

/** The places of everything below a node by JSON pointer; a map's member has the place of its key. */
export function positions(
  node: Node,
  prefix = "",
  into = new Map<string, Position>(),
): Map<string, Position> {
  if (node.kind === "map") {
    for (const [name, entry] of node.entries) {
      const path = `${prefix}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      into.set(path, entry.at);
      positions(entry.value, path, into);
    }
  } else if (node.kind === "list") {
    node.items.forEach((item, i) => {
      into.set(`${prefix}/${i}`, item.at);
      positions(item, `${prefix}/${i}`, into);
    });
  }
  return into;
}
